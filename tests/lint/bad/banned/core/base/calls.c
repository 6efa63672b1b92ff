/* SPDX-License-Identifier: MIT */
/* sample: something for the lint to find.
 * It is never compiled. */
#include <stdlib.h>
int calls(struct thing *t)
{
    t->time(1); /* time( in a comment, "system(" in a text, and t->time are fine */
    const char *text = "system(now)";
    long_time(2);
    return atoi(text) + (int)time(NULL) + system (text);
}
void *calls_memory(void)
{
    sleep(1);
    exit(getenv("HOME") != NULL);
    printf("%d", 1);
    return malloc(1);
}
typedef struct thing thing;
#if 0
#endif
