/* SPDX-License-Identifier: GPL-2.0 */
/* The daemon's recording and a full disk. */
#include <errno.h>
#include <string.h>

#include "clbenchd/clbenchd.h"
#include "clbenchd/recording_internal.h"
#include "clbenchd/retention.h"
#include "connect.h"
#include "fake_socket.h"
#include "point.h"

static struct clbd d;
static struct clbd_recording r;
static uint64_t nr_stored, full_at;
static int sync_error;
static bool has_failed;

/* -------------------------------------------------------------------- the chunks */

bool clbd_chunks_opens(const void *packet, size_t size)
{
	(void)packet;
	(void)size;
	return false;
}

int clbd_chunks_put(struct clbd_chunk_writer *w, const void *packet, size_t size)
{
	uint64_t seq;

	(void)w;
	(void)size;
	memcpy(&seq, packet, sizeof(seq));
	if (seq == full_at)
		return -ENOSPC;
	nr_stored++;
	return 0;
}

int clbd_chunks_sync(struct clbd_chunk_writer *w)
{
	(void)w;
	return nr_stored == 2 ? sync_error : 0;
}

uint64_t clbd_chunks_bytes(const struct clbd_chunk_writer *w)
{
	(void)w;
	return 0;
}

/* --------------------------------------------------------- the rest of the daemon */

void clbd_recording_fail(struct clbd_recording *recording, const char *format, ...)
{
	(void)format;
	has_failed = true;
	recording->phase = CLBD_CLOSING;
}

void clbd_recording_phase(struct clbd_recording *recording, enum clbd_phase phase)
{
	recording->phase = phase;
}

void clbd_recording_started(struct clbd_recording *recording)
{
	recording->phase = CLBD_RECORDING;
}

void clbd_recording_stop(struct clbd_recording *recording, bool give_up)
{
	(void)recording;
	(void)give_up;
}

void clbd_recording_rotate_at_size(struct clbd_recording *recording)
{
	(void)recording;
}

void clbd_control_rotated(struct clbd_recording *recording)
{
	(void)recording;
}

void clbd_retention_apply(struct clbd_recording *recording)
{
	(void)recording;
}

void clbd_retention_make_room(struct clbd *daemon)
{
	(void)daemon;
}

int clbd_watch(struct clbd_loop *loop, struct clbd_watch *watch, int fd)
{
	(void)loop;
	(void)watch;
	(void)fd;
	return 0;
}

void clbd_unwatch(struct clbd_loop *loop, struct clbd_watch *watch)
{
	(void)loop;
	(void)watch;
}

uint64_t clbd_now_ns(void)
{
	return 1;
}

const char *clb_advice(int error)
{
	(void)error;
	return "";
}

/* --------------------------------------------------------------------- the tests */

/* Of the batches that come together the disk is full at the second. */
static void record(bool sync)
{
	static const struct step first = { .seq = 1 }, rest[] = { { .seq = 2 }, { .seq = 3 } };
	static const struct clb_config config = { .name = "test" };

	clb_channel_close(&r.channel);
	r = (struct clbd_recording){ .d = &d, .plan.name = "test" };
	clb_channel_init(&r.channel, clbd_recording_store, &r);
	r.channel.sync = sync ? clbd_recording_sync : NULL;
	clb_channel_open(&r.channel, &config);
	nr_stored = full_at = 0;
	has_failed = false;
	socket_.steps = &first;
	socket_.nr = 1;
	clbd_recording_data(&r);
	full_at = 3;
	socket_.steps = rest;
	socket_.nr = 2;
	clbd_recording_data(&r);
}

static bool pauses(bool sync)
{
	record(sync);
	if (!r.paused || has_failed || r.channel.acked != 2)
		return false;
	clbd_recording_data(&r);
	if (!r.paused || has_failed || nr_stored != 2)
		return false;
	full_at = 0;
	clbd_recording_data(&r);
	return !r.paused && !has_failed && nr_stored == 3 && r.channel.acked == 3;
}

int main(void)
{
	point(pauses(false), "a full disk pauses it, and it goes on when there is room");
	point(pauses(true),
	      "so it does with sync, when what was stored before is put on the disk");
	sync_error = -ENOSPC;
	record(true);
	point(!r.paused && has_failed,
	      "what cannot be put on the disk does not come again: it fails");
	clb_channel_close(&r.channel);
	return done();
}
