/* SPDX-License-Identifier: GPL-2.0 */
/* The fuzzer of the generic netlink family: requests, a worker's sockets, what all share. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ----------------------------------------------------------- the specification */

enum attr_kind { ATTR_FLAG, ATTR_U32, ATTR_U64, ATTR_STRING, ATTR_BINARY, ATTR_NEST, ATTR_PAD };

struct attr_spec {
	const char *name;
	unsigned short number;
	enum attr_kind kind;
	uint64_t min, max;
	unsigned int size;	/* most bytes of a text without its NUL */
};

/* @takes: the attributes of a request, @nr_takes numbers. */
struct cmd_spec {
	const char *name;
	unsigned char number;
	bool has_do, has_dump;
	const struct attr_spec *set;
	unsigned int nr_set;
	const unsigned short *takes;
	unsigned int nr_takes;
};

/* ---------------------------------------------------------------- a request */

#define ITEMS	24
#define INLINE	64
#define BUFFER	(192 * 1024)

/* What stands in an attribute: its bytes, or what is known when it is sent. */
enum fill { FILL_BYTES, FILL_ZEROS, FILL_ID, FILL_TOKEN, FILL_SEQ, FILL_NAME, FILL_NEST, FILL_NR };

/**
 * struct item - an attribute
 * @type: with its flags
 * @length: what its head says; 0: the truth
 * @fill: what is in it
 * @size: bytes of FILL_BYTES and FILL_ZEROS; of FILL_SEQ what is added to the number of the
 *	last batch, signed. FILL_NEST repeats all that stands before it
 */
struct item {
	uint16_t type;
	uint16_t length;
	uint8_t fill;
	uint16_t size;
	uint8_t bytes[INLINE];
};

/* @cut: bytes that are missing at the end; @length: what the message's head says, 0: the truth. */
struct request {
	uint8_t command, version;
	uint16_t flags, reserved, cut;
	uint32_t length;
	unsigned int nr;
	struct item items[ITEMS];
};

/* A session that a worker has opened or attached to. */
struct known {
	uint32_t id;
	uint64_t token, seq;
	int socket;
};

/* What the specification says about a request. */
enum verdict { UNKNOWN, MUST_FAIL, MAY_DO };

void request_seed(uint64_t seed);
uint64_t request_random(uint64_t below);
void request_make(struct request *r, bool own);
void request_mutate(struct request *r, const struct request *other);
enum verdict request_judge(const struct request *r);
size_t request_encode(const struct request *r, const struct known *s, uint16_t family,
		      uint32_t seq, unsigned char *to);
int request_print(const struct request *r, char *to, size_t size);
bool request_parse(struct request *r, const char *line);
const struct cmd_spec *request_command(unsigned int number);
void request_events(const char *list);

/* ----------------------------------------------------------------- a worker */

#define WORKERS		4
#define SOCKETS		3
#define KNOWN		4
#define SPAN		(1 << 20)	/* bytes on both sides of .text that are looked at */
#define SENTENCE	120

/**
 * struct shared - what all workers and their parent know
 * @text: where the module's .text is; 0 while it is away. Stored by the parent.
 * @loads: how often it was loaded. Stored by the parent, before @text.
 * @lull: nobody shall open sessions, those that are there go. Stored by the parent.
 * @seen: whether the place at @text - SPAN + index was reached. Stored by all.
 * @workers: the rest, each stored by its worker only
 */
struct shared {
	volatile uint64_t text;
	volatile unsigned int loads;
	volatile bool lull;
	volatile uint8_t seen[2 * SPAN];
	struct worker_told {
		uint64_t messages, obeyed, refused, ignored, opened, kept;
		uint64_t done[256], denied[256];	/* by command */
		uint64_t wrong, mute;
		char what[8192];
	} workers[WORKERS];
};

/**
 * struct client - a worker's side of the sockets
 * @may: whether it may be obeyed at all
 * @here: whether the family is in its network namespace
 */
struct client {
	struct shared *shared;
	struct worker_told *told;
	int sockets[SOCKETS];
	struct known known[KNOWN];
	unsigned int nr_known, loads, seq;
	uint16_t family;
	bool may, here;
	int kcov, log;
	unsigned long *cover;
	uint8_t outcomes[1 << 13];
};

void client_init(struct client *c, struct shared *shared, unsigned int number, int log);
void client_open(struct client *c, unsigned int at);
void client_leave(struct client *c);
bool client_send(struct client *c, const struct request *r, unsigned int nr, unsigned int at);
void client_join(struct client *c);
void client_exit(struct client *c);

#endif /* FUZZ_H */
