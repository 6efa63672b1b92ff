/* SPDX-License-Identifier: MIT */
/* path: where the user's files are. The only reader of HOME, XDG_CONFIG_HOME and XDG_STATE_HOME. */
#ifndef CORE_CONFIG_PATH_H
#define CORE_CONFIG_PATH_H

#include "core/base/slice.h"

/* The user's home folder, from HOME, else from the user database; "/" when neither says. To be mem_free'd. */
char *path_home(void);
/* ~/.config/acdtop, or as XDG_CONFIG_HOME says. To be mem_free'd. */
char *path_config_folder(void);
/* ~/.local/state/acdtop, or as XDG_STATE_HOME says. To be mem_free'd. */
char *path_state_folder(void);
/* Can it be made? A home folder that does not exist is nobody's to make: such users have none on purpose. */
bool path_has_state(void);
/* audit.log in the folder above: where orders are written down unless another file is named. To be mem_free'd. */
char *path_audit_log(void);
/* leases in the same folder: core/control/journal.h. To be mem_free'd. */
char *path_lease_folder(void);
/* "~/x" from the home folder; another relative path from `folder` (NULL: stays relative). To be mem_free'd. */
char *path_expand(struct slice text, const char *folder);
/* The user's own file of a kind ("themes", "keymaps"): with a '/' a path, else KIND/NAME.conf beside acdtop.conf. NULL: there is no
 * such file. To be mem_free'd. */
char *path_own(const char *kind, const char *name);

#endif
