/* SPDX-License-Identifier: MIT */
/* url: where a PBX is, as one word. For core/config only. */
#ifndef CORE_CONFIG_URL_H
#define CORE_CONFIG_URL_H

#include "core/config/settings.h"

/* Fills user, host, port, is_tls, socket_path from pbx->url. The sentence never repeats a password. */
MUST_USE bool url_read(struct pbx_settings *pbx, struct err *err);

#endif
