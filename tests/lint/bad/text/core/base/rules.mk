# SPDX-License-Identifier: MIT
all:
	true
