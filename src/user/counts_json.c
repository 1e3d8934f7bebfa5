/* SPDX-License-Identifier: GPL-2.0 */
/* Counts of records and other shared parts of the commands' JSON. */

#include "counts_json.h"

#include <stdio.h>

void clb_json_module(struct clb_json *json, const struct clb_info *info)
{
	clb_json_open(json, "module", '{');
	clb_json_string(json, "version", info->module_version);
	clb_json_u64(json, "protocol", info->protocol);
	clb_json_close(json, '}');
}

/*
 * Nothing is excluded, filtered or overwritten yet: no record can be, so 0 is
 * what there is to tell, and scripts find the keys of the contract.
 */
static void write_discarded(struct clb_json *json, const struct clb_counts *counts)
{
	clb_json_open(json, "discarded", '{');
	for (unsigned int cause = 0; cause < CLB_NR_CAUSES; cause++) {
		if (cause == CLBENCH_CAUSE_ABANDONED)
			clb_json_u64(json, "overwritten", 0);
		clb_json_u64(json, clb_cause_name(cause), counts->discarded[cause]);
	}
	clb_json_close(json, '}');
}

void clb_json_count(struct clb_json *json, const char *key, const struct clb_counts *counts,
		    bool pending)
{
	clb_json_open(json, key, '{');
	clb_json_u64(json, "attempted", clb_counts_attempted(counts));
	clb_json_u64(json, "delivered", counts->delivered);
	if (pending)
		clb_json_u64(json, "pending", counts->pending);
	write_discarded(json, counts);
	clb_json_u64(json, "excluded", 0);
	clb_json_u64(json, "filtered", 0);
	if (counts->has_missed)
		clb_json_u64(json, "missed", counts->missed);
	clb_json_close(json, '}');
}

void clb_json_counts(struct clb_json *json, const struct clb_session *session, bool pending)
{
	struct clb_counts total = clb_session_total(session);

	clb_json_open(json, "events", '{');
	for (size_t i = 0; i < session->nr_counts; i++)
		clb_json_count(json, session->counts[i].event_name, &session->counts[i], pending);
	clb_json_close(json, '}');
	clb_json_count(json, "total", &total, pending);
}

const char *clb_uuid_format(char text[CLB_UUID_TEXT], const uint8_t uuid[16])
{
	size_t used = 0;

	for (size_t i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			text[used++] = '-';
		used += snprintf(text + used, CLB_UUID_TEXT - used, "%02x", uuid[i]);
	}
	return text;
}
