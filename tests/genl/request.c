// SPDX-License-Identifier: GPL-2.0
/* Requests that the specification allows, and what becomes of them when they are mutated. */

#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "table.h"

#define NR_COMMANDS	(sizeof(commands) / sizeof(commands[0]))
#define EVENTS		8

static uint64_t state;
static char events[EVENTS][INLINE];
static unsigned int nr_events;

void request_seed(uint64_t seed)
{
	state = seed * 0x9e3779b97f4a7c15ull + 1;
}

/* xorshift64*: below 0 means of all 64 bits. */
uint64_t request_random(uint64_t below)
{
	uint64_t value;

	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	value = state * 0x2545f4914f6cdd1dull;
	return below ? (value >> 11) % below : value;
}

static bool one_in(unsigned int n)
{
	return !request_random(n);
}

/* Names of events that subscribe may ask for, by commas. */
void request_events(const char *list)
{
	while (*list && nr_events < EVENTS) {
		size_t n = strcspn(list, ",");

		snprintf(events[nr_events++], INLINE, "%.*s", (int)n, list);
		list += n + (list[n] == ',');
	}
}

const struct cmd_spec *request_command(unsigned int number)
{
	return number && number <= NR_COMMANDS ? &commands[number - 1] : NULL;
}

/* -------------------------------------------------------------------- values */

static void set_bytes(struct item *item, const void *bytes, size_t size)
{
	item->fill = FILL_BYTES;
	item->size = size;
	memcpy(item->bytes, bytes, size);
}

/* At a boundary, mostly: of the type, of the range. */
static uint64_t boundary(const struct attr_spec *a)
{
	switch (request_random(8)) {
	case 0:
		return a->min;
	case 1:
		return a->max;
	case 2:
		return a->min - 1;
	case 3:
		return a->max + 1;
	case 4:
		return 1ull << request_random(64);
	case 5:
		return request_random(0);
	default:
		return a->min + request_random(64);
	}
}

static void set_text(struct item *item, const struct attr_spec *a)
{
	/* Longest that is right, one too long, empty, without its NUL. */
	const unsigned int sizes[] = { a->size, a->size + 1, 0, 1, request_random(a->size + 1) };
	unsigned int size = sizes[request_random(5)];
	bool terminated = !one_in(8);

	if (size + terminated > INLINE) {
		item->fill = FILL_ZEROS;
		item->size = size + terminated;
		return;
	}
	memset(item->bytes, 'a' + request_random(26), size);
	item->bytes[size] = 0;
	item->fill = FILL_BYTES;
	item->size = size + terminated;
}

/* A value that is mostly right; @own: of a session of ours where there is a choice. */
static void set_value(struct item *item, const struct cmd_spec *c, const struct attr_spec *a,
		      bool own)
{
	bool of_session = c->set == set_session;
	uint64_t value = boundary(a);
	char name[INLINE];

	if (of_session && own && a->number == FUZZ_A_ID) {
		item->fill = FILL_ID;
	} else if (of_session && own && a->number == FUZZ_A_TOKEN) {
		item->fill = FILL_TOKEN;
	} else if (of_session && a->number == FUZZ_A_ACK && !one_in(3)) {
		item->fill = FILL_SEQ;
		item->size = one_in(4) ? request_random(5) - 2 : 0;
	} else if (of_session && a->number == FUZZ_A_NAME && !one_in(6)) {
		item->fill = FILL_NAME;
	} else if (of_session && a->number == FUZZ_A_EVENT_NAME && nr_events && !one_in(8)) {
		snprintf(name, sizeof(name), "%s", events[request_random(nr_events)]);
		set_bytes(item, name, strlen(name) + 1);
	} else if (a->kind == ATTR_FLAG) {
		set_bytes(item, "", 0);
	} else if (a->kind == ATTR_U32) {
		set_bytes(item, &value, 4);
	} else if (a->kind == ATTR_U64) {
		/* Small ones often: sessions of half the memory would be refused. */
		value = one_in(2) ? value : 1ull << (18 + request_random(4));
		set_bytes(item, &value, 8);
	} else if (a->kind == ATTR_STRING) {
		set_text(item, a);
	} else {
		item->fill = FILL_ZEROS;
		item->size = request_random(a->kind == ATTR_BINARY ? 40 : 9);
	}
}

static void add(struct request *r, const struct cmd_spec *c, unsigned int number, bool own)
{
	struct item *item = &r->items[r->nr];

	if (r->nr == ITEMS)
		return;
	memset(item, 0, sizeof(*item));
	item->type = number;
	set_value(item, c, &c->set[number - 1], own);
	r->nr++;
}

/* A command with attributes that it takes, each of which may be absent. */
void request_make(struct request *r, bool own)
{
	const struct cmd_spec *c = &commands[request_random(NR_COMMANDS)];
	unsigned int i;

	memset(r, 0, sizeof(*r));
	r->command = c->number;
	r->version = 1;
	r->flags = NLM_F_REQUEST | NLM_F_ACK;
	if (c->has_dump && (!c->has_do || one_in(3))) {
		r->flags |= NLM_F_DUMP;
		return;
	}
	for (i = 0; i < c->nr_takes; i++) {
		bool needed = c->set == set_session && (c->takes[i] == FUZZ_A_ID ||
			c->takes[i] == FUZZ_A_ACK || c->takes[i] == FUZZ_A_NAME ||
			c->takes[i] == FUZZ_A_EVENT_NAME || c->takes[i] == FUZZ_A_TOKEN);

		if (needed ? !one_in(12) : one_in(2))
			add(r, c, c->takes[i], own);
		if (c->takes[i] == FUZZ_A_EVENT_NAME && one_in(2))
			add(r, c, c->takes[i], own);
	}
}

/* ----------------------------------------------------------------- mutations */

static void mutate_item(struct request *r, const struct request *other)
{
	struct item *item = &r->items[request_random(r->nr)];
	struct item spare = *item;

	switch (request_random(10)) {
	case 0:
		*item = r->items[--r->nr];
		break;
	case 1:
		if (r->nr < ITEMS)
			r->items[r->nr++] = spare;
		break;
	case 2:
		spare = r->items[0];
		r->items[0] = *item;
		*item = spare;
		break;
	case 3:
		item->type ^= request_random(3) ? NLA_F_NESTED : NLA_F_NET_BYTEORDER;
		break;
	case 4:
		item->type = one_in(2) ? request_random(64) : request_random(1 << 16);
		break;
	case 5:
		item->length = request_random(one_in(2) ? 16 : 1 << 16);
		break;
	case 6:
		if (item->fill == FILL_BYTES && item->size)
			item->bytes[request_random(item->size)] ^= 1 << request_random(8);
		break;
	case 7:
		if (item->fill == FILL_BYTES)
			item->size = request_random(INLINE + 1);
		else if (item->fill == FILL_ZEROS)
			item->size = request_random(one_in(4) ? 60000 : 2000);
		break;
	case 8:
		item->fill = request_random(FILL_NR);
		item->size %= INLINE + 1;
		break;
	case 9:
		if (other->nr)
			*item = other->items[request_random(other->nr)];
	}
}

static void mutate_head(struct request *r)
{
	static const uint16_t flags[] = { NLM_F_DUMP, NLM_F_ROOT, NLM_F_MATCH, NLM_F_ATOMIC,
					  NLM_F_ECHO, NLM_F_ACK, NLM_F_REQUEST, NLM_F_MULTI, 0x8000 };

	switch (request_random(7)) {
	case 0:
		r->flags ^= flags[request_random(sizeof(flags) / sizeof(flags[0]))];
		break;
	case 1:
		r->command = one_in(3) ? request_random(256) : 1 + request_random(NR_COMMANDS);
		break;
	case 2:
		r->version = request_random(256);
		break;
	case 3:
		r->reserved = request_random(1 << 16);
		break;
	case 4:
		r->cut = request_random(one_in(2) ? 8 : 400);
		break;
	case 5:
		r->length = one_in(3) ? request_random(0) : request_random(400);
		break;
	case 6:
		r->flags |= NLM_F_DUMP;
	}
}

/* One to four changes; what else is taken in comes from @other. */
void request_mutate(struct request *r, const struct request *other)
{
	const struct cmd_spec *c;
	unsigned int n = 1 + request_random(4);

	while (n--) {
		c = request_command(r->command);
		if (!r->nr || one_in(5)) {
			if (one_in(3))
				mutate_head(r);
			else if (c)
				add(r, c, 1 + request_random(c->nr_set), one_in(2));
		} else {
			mutate_item(r, other);
		}
	}
}

/* ---------------------------------------------------------- what must be refused */

static bool is_taken(const struct cmd_spec *c, unsigned int number)
{
	unsigned int i;

	for (i = 0; i < c->nr_takes; i++) {
		if (c->takes[i] == number)
			return true;
	}
	return false;
}

static bool value_fits(const struct attr_spec *a, const struct item *item)
{
	uint64_t value = 0;
	const uint8_t *nul;

	switch (a->kind) {
	case ATTR_FLAG:
		return !item->size && (item->fill == FILL_BYTES || item->fill == FILL_ZEROS);
	case ATTR_U32:
		if (item->fill == FILL_ID)
			return true;
		if (item->fill > FILL_ZEROS || item->size != 4)
			return false;
		break;
	case ATTR_U64:
		/* A name of the fuzzer's has 5 bytes or more, so 8 at times. */
		if (item->fill == FILL_TOKEN || item->fill == FILL_SEQ || item->fill == FILL_NAME)
			return true;
		if (item->fill > FILL_ZEROS || item->size != 8)
			return false;
		break;
	case ATTR_STRING:
		/* A number's bytes, up to the first that is 0, can be a good name. */
		if (item->fill != FILL_BYTES && item->fill != FILL_ZEROS)
			return item->fill != FILL_NEST;
		if (item->fill == FILL_ZEROS)
			return item->size;
		nul = memchr(item->bytes, 0, item->size);
		return nul && nul - item->bytes <= a->size;
	default:
		return false;
	}
	if (item->fill == FILL_BYTES)
		memcpy(&value, item->bytes, item->size);
	return value >= a->min && value <= a->max;
}

/*
 * Of requests whose head and lengths are right. That one may be done does not
 * mean that it is: there is more to know about a session than its attributes.
 */
enum verdict request_judge(const struct request *r)
{
	const struct cmd_spec *c = request_command(r->command);
	unsigned int i;

	if (r->cut || r->length || r->reserved || !(r->flags & NLM_F_REQUEST) ||
	    (r->flags & ~(NLM_F_REQUEST | NLM_F_ACK | NLM_F_DUMP)))
		return UNKNOWN;
	for (i = 0; i < r->nr; i++) {
		if (r->items[i].length || r->items[i].fill == FILL_NEST)
			return UNKNOWN;
	}
	if ((r->flags & NLM_F_DUMP) == NLM_F_DUMP)
		return !c || !c->has_dump || r->nr ? MUST_FAIL : MAY_DO;
	if (r->flags & NLM_F_DUMP)
		return UNKNOWN;
	if (!c || !c->has_do)
		return MUST_FAIL;
	for (i = 0; i < r->nr; i++) {
		unsigned int number = r->items[i].type & NLA_TYPE_MASK;

		if ((r->items[i].type & NLA_F_NESTED) || !is_taken(c, number) ||
		    !value_fits(&c->set[number - 1], &r->items[i]))
			return MUST_FAIL;
	}
	return MAY_DO;
}

/* -------------------------------------------------------------------- bytes */

static size_t put_item(const struct request *r, unsigned int i, const struct known *s,
		       unsigned char *to, size_t nested)
{
	static unsigned int names;
	const struct item *item = &r->items[i];
	struct nlattr head = { .nla_type = item->type };
	unsigned char *data = to + NLA_HDRLEN;
	uint64_t seq = s->seq + (int16_t)item->size;
	size_t size = item->size;

	switch (item->fill) {
	case FILL_BYTES:
		memcpy(data, item->bytes, size);
		break;
	case FILL_ZEROS:
		memset(data, 0, size);
		break;
	case FILL_ID:
		memcpy(data, &s->id, size = 4);
		break;
	case FILL_TOKEN:
		memcpy(data, &s->token, size = 8);
		break;
	case FILL_SEQ:
		memcpy(data, &seq, size = 8);
		break;
	case FILL_NAME:
		/* Of this worker, by its first session's place; new each time. */
		size = 1 + sprintf((char *)data, "f%x.%u", (unsigned int)(state & 0xffff), ++names);
		break;
	default:
		size = nested < 60000 ? nested : 60000;
		memmove(data, to - size, size);
	}
	head.nla_len = item->length ? item->length : NLA_HDRLEN + size;
	memcpy(to, &head, sizeof(head));
	memset(data + size, 0, NLA_ALIGN(size) - size);
	return NLA_HDRLEN + NLA_ALIGN(size);
}

/* The message's bytes; @s: the session that it is about. */
size_t request_encode(const struct request *r, const struct known *s, uint16_t family,
		      uint32_t seq, unsigned char *to)
{
	struct nlmsghdr head = { .nlmsg_type = family, .nlmsg_flags = r->flags, .nlmsg_seq = seq };
	struct genlmsghdr generic = { .cmd = r->command, .version = r->version,
				      .reserved = r->reserved };
	size_t size = NLMSG_HDRLEN + GENL_HDRLEN;
	unsigned int i;

	memcpy(to + NLMSG_HDRLEN, &generic, sizeof(generic));
	for (i = 0; i < r->nr; i++) {
		if (size < BUFFER - 66000)
			size += put_item(r, i, s, to + size, size - NLMSG_HDRLEN - GENL_HDRLEN);
	}
	size -= r->cut < size ? r->cut : 0;
	head.nlmsg_len = r->length ? r->length : size;
	memcpy(to, &head, sizeof(head));
	return size;
}

/* --------------------------------------------------------------------- text */

/* COMMAND VERSION FLAGS RESERVED CUT LENGTH, then for each attribute TYPE:LENGTH:FILL:SIZE:BYTES. */
int request_print(const struct request *r, char *to, size_t size)
{
	int n = snprintf(to, size, "%u %u %x %x %u %u", r->command, r->version, r->flags,
			 r->reserved, r->cut, r->length);
	unsigned int i, j;

	for (i = 0; i < r->nr && n < (int)size - 2 * INLINE - 40; i++) {
		const struct item *item = &r->items[i];

		n += sprintf(to + n, " %x:%u:%u:%u:", item->type, item->length, item->fill,
			     item->size);
		for (j = 0; item->fill == FILL_BYTES && j < item->size; j++)
			n += sprintf(to + n, "%02x", item->bytes[j]);
	}
	return n;
}

bool request_parse(struct request *r, const char *line)
{
	unsigned int command, version, flags, reserved, cut, length, type, size, fill, byte, j;
	int n;

	memset(r, 0, sizeof(*r));
	if (sscanf(line, "%u %u %x %x %u %u%n", &command, &version, &flags, &reserved, &cut, &length,
		   &n) != 6)
		return false;
	*r = (struct request) { .command = command, .version = version, .flags = flags,
				.reserved = reserved, .cut = cut, .length = length };
	for (line += n; r->nr < ITEMS && sscanf(line, " %x:%u:%u:%u:%n", &type, &length, &fill, &size,
						&n) == 4; r->nr++) {
		struct item *item = &r->items[r->nr];

		*item = (struct item) { .type = type, .length = length, .fill = fill, .size = size };
		if (fill >= FILL_NR || (fill == FILL_BYTES && size > INLINE))
			return false;
		for (line += n, j = 0; fill == FILL_BYTES && j < size; j++, line += 2) {
			if (sscanf(line, "%2x", &byte) != 1)
				return false;
			item->bytes[j] = byte;
		}
	}
	return line[strspn(line, " \n")] == 0;
}
