#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# bash completes commands, options, sessions, events and traces.

# shellcheck source=tests/tap.sh
. "$top_srcdir/tests/tap.sh"

temp=$(mktemp -d) || bail_out "no temporary folder"
trap 'rm -rf "$temp"' EXIT
cd "$temp" || exit 1
mkdir bin trace-1 trace-2 train
touch trace-1/{metadata,stream} trace-2/{metadata,stream} train/metadata trip
real=$(realpath "$top_builddir/clbench-ctl") || bail_out "no clbench-ctl"

# Help comes from the real one, what needs a kernel from here.
cat >bin/clbench-ctl <<END
#!/bin/sh
case "\$*" in
*--help) exec "$real" "\$@" ;;
'status --json') cat "$temp/status" ;;
list) cat "$temp/list" ;;
*) exit 1 ;;
esac
END
chmod +x bin/clbench-ctl
PATH=$temp/bin:$PATH
cat >status <<'END'
{"schema":1,"module":{"version":"0.1.0"},"sessions":[{"name":"nightly","id":1,"reader":{"comm":"x"}},{"name":"record-4711","id":2}]}
END
cat >list <<'END'
EVENT             GROUP      SOURCE                     DESCRIPTION
block_bio_queue   block      tracepoint                 a request enters the block layer
pagecache_miss    pagecache  kprobe page_cache_sync_ra  a buffered read did not find its page
clbench_load_seq  -          module clbench_load        test records
END
# shellcheck source=completion/clbench-ctl
. "$top_srcdir/completion/clbench-ctl" || bail_out "it cannot be sourced"

# completes WANTED WORD...: the words of a command line, the cursor behind the last.
completes() {
	local wanted=$1
	shift
	COMP_WORDS=(clbench-ctl "$@")
	COMP_CWORD=$#
	COMPREPLY=()
	_clbench_ctl
	is "${COMPREPLY[*]}" "$wanted" "clbench-ctl $*"
}

all_commands=$("$real" --help | sed -n 's/^  \([a-z]*\) .*/\1/p' | tr '\n' ' ')
completes "$all_commands--help --version" ''
completes 'start status stop' st
completes '--version' --v
completes '--json' tail --j
completes '--rotate-size --rotate-time' start --rot
completes '--rotate-size --rotate-time' set --rot
completes '' record --rot
completes '--watch=' status --w
completes '--give-up' stop --g
completes 'nightly record-4711' stop ''
completes 'record-4711' stop nightly rec
completes 'nightly' status --json ni
completes 'nightly' tail -s ni
completes 'nightly' set ni
completes 'nightly' rotate ni
completes 'nightly' mark -s ni
completes '' mark ni
completes '' record -s ni
completes '' start ni
completes 'all block block_bio_queue clbench_load_seq pagecache pagecache_miss' record -e ''
completes 'pagecache pagecache_miss' list pa
completes 'block,pagecache block,pagecache_miss' tail -e block,pa
completes 'block block_bio_queue' start nightly --event = bl
completes 'pause stop' record --on-full ''
completes 'pause stop' start --on-full =
completes 'pause' set --on-full = p
completes 'local' show --time lo
completes 'trace-1 trace-2' show tr
completes 'trace-1' verify trace-1
completes 'trace-1 trace-2' attach nightly -o tr
completes 'trace-1 trace-2 train' record -o tr
completes '' start nightly -o tr
completes '' record --duration 1
completes '' nosuch tr
completes '' nosuch --tr

# Every option of every command is found by its first letters.
for name in $all_commands; do
	missing=
	for option in $("$real" "$name" --help | grep -o -e '^  .\{4\}--[a-z-]*' | sed 's/.*--/--/'); do
		COMP_WORDS=(clbench-ctl "$name" "$option")
		COMP_CWORD=2
		_clbench_ctl
		case " ${COMPREPLY[*]} " in
		*" $option "* | *" $option= "*) ;;
		*) missing="$missing $option" ;;
		esac
	done
	is "$missing" '' "$name has all its options"
done

# Nothing to ask: no words, no noise.
rm bin/clbench-ctl
PATH=$temp/bin:/usr/bin:/bin
clbench-ctl() { echo noise >&2; return 1; }
completes '' stop '' 2>err
is "$(cat err)" '' "no noise when nothing answers"
done_testing
