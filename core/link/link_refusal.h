/* SPDX-License-Identifier: MIT */
/* link_refusal: libcurl's reason for not connecting becomes ours. */
#ifndef CORE_LINK_LINK_REFUSAL_H
#define CORE_LINK_LINK_REFUSAL_H

#include "core/link/refusal.h"

#include <curl/curl.h>

enum refusal link_refusal(CURLcode code, int os_error, const char *detail, bool has_proxy);

#endif
