/* SPDX-License-Identifier: MIT */
/* support_sim: an AMI client of the simulated PBX, without a socket. */
#ifndef TESTS_UNIT_SUPPORT_SIM_H
#define TESTS_UNIT_SUPPORT_SIM_H

#include "core/ami/event.h"
#include "core/sim/sim.h"

struct support_client {
    struct sim_peer *peer;
    struct frame_reader *reader;
    struct frame frame;
    struct event event;
    struct err err;
};

void support_client_open(struct support_client *c, struct sim *s); /* the greeting is read */
void support_client_login(struct support_client *c, const char *events);
void support_client_close(struct support_client *c);
/* Lines separated by '|'; "Action: " is put in front of the first. */
void support_client_ask(struct support_client *c, const char *request);
/* The next message; false when there is none. One that does not decode fails the test. */
bool support_client_next(struct support_client *c);
/* Asks, and expects that the next message is an answer with this Response and Message (NULL: none). */
void support_client_expect(struct support_client *c, const char *request, const char *response, const char *message);
bool support_is(const struct event *e, enum field f, const char *value);

#endif
