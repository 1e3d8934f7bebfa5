/* SPDX-License-Identifier: GPL-2.0 */
/* Fuzzes what the daemon remembers of a session: the input is its file. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "clbenchd/state.h"
#include "fuzz.h"

static struct clbd_state found[2];
static int nr_found;

static void keep(void *arg, struct clbd_state *state)
{
	(void)arg;
	if (nr_found == 2)
		return;
	found[nr_found++] = *state;
	*state = (struct clbd_state){ 0 };
}

static void read_folder(const char *name)
{
	int ret = clbd_state_each(fuzz_path(name), keep, NULL);

	fuzz_check(!ret, "the folder can be read", name);
}

/* What was understood is written as it was read: the next daemon takes it, too. */
static void write_again(void)
{
	int ret = clbd_state_save(fuzz_path("again"), &found[0]);

	fuzz_check(!ret, "what is understood is written", found[0].plan.name);
	read_folder("again");
	fuzz_check(nr_found == 2, "what is written is understood", found[0].plan.name);
	fuzz_check(!memcmp(found[0].uuid, found[1].uuid, sizeof(found[0].uuid)) &&
		   !strcmp(found[0].dir, found[1].dir) && found[0].boot == found[1].boot &&
		   found[0].removed_chunks == found[1].removed_chunks &&
		   found[0].removed_bytes == found[1].removed_bytes &&
		   found[0].changing == found[1].changing &&
		   !clbd_plan_differs(&found[0].before, &found[1].before, false) &&
		   !clbd_plan_differs(&found[0].before, &found[1].before, true) &&
		   found[0].removed_own_bytes == found[1].removed_own_bytes &&
		   !strcmp(found[0].plan.name, found[1].plan.name) &&
		   !clbd_plan_differs(&found[0].plan, &found[1].plan, false) &&
		   !clbd_plan_differs(&found[0].plan, &found[1].plan, true),
		   "what is written is the same", found[0].plan.name);
	clbd_state_remove(fuzz_path("again"), found[0].plan.name);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool prepared;

	if (!prepared) {
		mkdir(fuzz_path("first"), 0700);
		mkdir(fuzz_path("again"), 0700);
	}
	prepared = true;
	fuzz_write("first/session-a.json", data, size);
	nr_found = 0;
	fuzz_listen();
	read_folder("first");
	fuzz_heard();
	if (nr_found)
		write_again();
	for (int i = 0; i < nr_found; i++)
		clbd_state_free(&found[i]);
	return 0;
}
