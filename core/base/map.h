/* SPDX-License-Identifier: MIT */
/* map: finds an entity by its key. The key lies in the entity (borrowed, must not change
 * while it is in the map); the hash is seeded per process, since keys come from the wire.
 * Order of iteration is undefined but stable while nothing is added or removed. */
#ifndef CORE_BASE_MAP_H
#define CORE_BASE_MAP_H

#include "core/base/slice.h"

struct map;

struct map *map_new(bool nocase); /* nocase: ASCII case is ignored (queue names, interfaces) */
void map_free(struct map *m);     /* not the values */
void *map_get(const struct map *m, struct slice key);
/* Replaces and returns the value that was there, else NULL. */
void *map_put(struct map *m, struct slice key, void *value);
void *map_remove(struct map *m, struct slice key);
size_t map_count(const struct map *m);
/* for (size_t at = 0; (v = map_each(m, &at)) != NULL; ) ; the value just returned may be removed. */
void *map_each(const struct map *m, size_t *at);

/* The same for numbers. */
struct idmap;
struct idmap *idmap_new(void);
void idmap_free(struct idmap *m);
void *idmap_get(const struct idmap *m, uint64_t id);
void *idmap_put(struct idmap *m, uint64_t id, void *value);
void *idmap_remove(struct idmap *m, uint64_t id);
size_t idmap_count(const struct idmap *m);
void *idmap_each(const struct idmap *m, size_t *at);

#endif
