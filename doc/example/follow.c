/* SPDX-License-Identifier: GPL-2.0 */
/* follow EVENT...: records events and prints them as they come, until end of input. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>

#include <clbench/libclbench.h>

/* Takes a packet; it is acknowledged if this returns 0. */
static int see(void *arg, const void *packet, size_t size)
{
	struct clb_trace **trace = arg;
	struct clb_record record;
	int ret = clb_trace_feed(*trace, packet, size);

	while (!ret && (ret = clb_trace_next_record(*trace, &record)) > 0) {
		struct clb_record_field field = { 0 };

		printf("%s", record.event->name);
		while (clb_record_next_field(&record, &field)) {
			printf(" %s=", field.field->name);
			clb_value_print(stdout, &field.value);
		}
		putchar('\n');
		ret = 0;
	}
	fflush(stdout);
	return ret;
}

/* Until the last batch has come; the kernel sends it when the session was ended. */
static int follow(struct clb_nl *nl, struct clb_channel *channel)
{
	struct pollfd input[] = {
		{ .fd = 0, .events = POLLIN },
		{ .fd = clb_channel_fd(channel), .events = POLLIN },
	};
	int ret = 0;

	while (!ret && !channel->last && poll(input, 2, -1) > 0) {
		if (input[0].revents) {
			input[0].fd = -1;
			ret = clb_nl_unsubscribe(nl, &channel->session, false);
		}
		if (!ret)
			ret = clb_channel_receive(channel);
	}
	return ret;
}

static int fail(const char *what, const char *why)
{
	fprintf(stderr, "follow: %s: %s\n", what, why);
	return 1;
}

static int run(struct clb_nl **nl, struct clb_channel *channel, struct clb_trace **trace,
	       const struct clb_config *config)
{
	int ret;

	if (clb_nl_open(nl))
		return fail("cannot reach clbench", clb_nl_why(*nl));
	if (clb_channel_open(channel, config))
		return fail("cannot record", clb_channel_why(channel));
	if (clb_trace_open_session(trace, *nl, channel->session.id))
		return fail("cannot read records", clb_trace_why(*trace));
	ret = follow(*nl, channel);
	if (ret == -EBADMSG)
		return fail("cannot read a packet", clb_trace_why(*trace));
	return ret ? fail("cannot go on", clb_channel_why(channel)) : 0;
}

int main(int argc, char **argv)
{
	struct clb_config config = {
		.name = "follow",
		.events = (const char **)argv + 1,
		.nr_events = argc - 1,
		.has_linger = true,	/* of 0 ms: the session ends with us */
	};
	struct clb_channel channel;
	struct clb_trace *trace = NULL;
	struct clb_nl *nl = NULL;
	int status;

	clb_channel_init(&channel, see, &trace);
	status = run(&nl, &channel, &trace, &config);
	clb_channel_close(&channel);
	clb_trace_close(trace);
	clb_nl_close(nl);
	return status;
}
