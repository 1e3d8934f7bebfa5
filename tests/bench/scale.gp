# SPDX-License-Identifier: GPL-2.0
# Draws one table of scale.t: gnuplot -e "folder='...'; name='merge'" scale.gp
#
# png=1 draws a PNG in place of an SVG, to look at.

if (exists("png")) {
	set terminal pngcairo size 900,560 font "sans,12"
	set output folder.'/'.name.'.png'
} else {
	set terminal svg size 900,560 font "sans,14" background "white"
	set output folder.'/'.name.'.svg'
}
set datafile separator "\t"
set datafile commentschars "#"
# A row that is not of a line does not part it.
set datafile missing NaN
set grid lc rgb "#dddddd"
set linetype 1 lc rgb "#0060ad" pt 7
set linetype 2 lc rgb "#c0392b" pt 5
set linetype 3 lc rgb "#008744" pt 9
set linetype 4 lc rgb "#8e44ad" pt 11
set linetype 5 lc rgb "#d35400" pt 13
set linetype 6 lc rgb "#444444" pt 6
set key top left reverse Left
set style data linespoints
set pointsize 0.9
set tics nomirror
set border 3
table(t) = folder.'/'.t.'.tsv'
# One column of the rows that have a word in another.
of(column, word, value) = strcol(column) eq word ? value : NaN

if (name eq 'merge') {
	set title "Instructions per record, by busy lists (user space, callgrind)"
	set logscale x 2
	set xlabel "lists that are written, all of a session"
	set ylabel "instructions per record"
	set xrange [0.9:1150]
	set xtics (1, 2, 4, 8, 16, 64, 256, 1024)
	set yrange [0:620]
	plot table('merge') using (of(1,'turns',$2)):5 lw 2 title "merge: each record from the next list", \
		'' using (of(1,'random',$2)):5 lw 2 title "merge: each from a list by chance", \
		'' using (of(1,'bursts',$2)):5 lw 2 title "merge: bursts of 64 from one list", \
		'' using (of(1,'stretches',$2)):5 lw 2 title "merge: one list after the other", \
		'' using (of(1,'one',$2)):5 lw 2 title "merge: one is written, the others are silent", \
		'' using (of(1,'turns',$2)):4 lw 2 dt 2 title "produce, whatever the pattern"
}
if (name eq 'misses') {
	set title "The merge's cache misses per record, by busy lists (simulated: D1 32 KiB, LL 16 MiB)"
	set logscale x 2
	set xlabel "lists that are written, all of a session"
	set ylabel "misses per record"
	set xrange [0.9:1150]
	set xtics (1, 2, 4, 8, 16, 64, 256, 1024)
	set yrange [0:9]
	plot table('merge') using (of(1,'turns',$2)):7 lw 2 title "D1: each record from the next list", \
		'' using (of(1,'random',$2)):7 lw 2 title "D1: each from a list by chance", \
		'' using (of(1,'bursts',$2)):7 lw 2 title "D1: bursts of 64 from one list", \
		'' using (of(1,'stretches',$2)):7 lw 2 title "D1: one list after the other", \
		'' using (of(1,'turns',$2)):9 lw 2 dt 2 title "LL: each record from the next list"
}
if (name eq 'events') {
	set title "Instructions per record, by registered events (1 CPU, -icount)"
	set logscale x 10
	set xlabel "events that are registered"
	set ylabel "instructions per record"
	set xrange [0.8:1300]
	set yrange [0:300]
	plot table('events') using ($2 == 1 ? $1 : NaN):3 lw 2 title "produce: first event", \
		'' using ($1 == $2 ? $1 : NaN):3 lw 2 pt 6 ps 1.6 title "produce: last event", \
		'' using ($2 == 1 ? $1 : NaN):4 lw 2 title "session thread: first event", \
		'' using ($1 == $2 ? $1 : NaN):4 lw 2 pt 6 ps 1.6 title "session thread: last event"
}
if (name eq 'viewers') {
	set title "Instructions per record, by viewers (1 CPU, -icount)"
	set xlabel "viewers of the session, beside its owner"
	set ylabel "instructions per record"
	set xrange [-1:66]
	set xtics 8
	set yrange [0:320]
	plot table('viewers') using (of(1,'reading',$2)):4 lw 2 title "session thread: viewers that read", \
		'' using (of(1,'slow',$2)):4 lw 2 title "session thread: viewers that do not read", \
		'' using (of(1,'reading',$2)):3 lw 2 dt 2 title "produce"
}
if (name eq 'idle') {
	set title "Memory of a session that nobody writes to, by CPUs (default sizes)"
	set logscale x 2
	set logscale y 2
	set xlabel "CPUs that are online"
	set ylabel "KiB"
	set xrange [0.9:*]
	plot table('idle') using (of(2,'pagecache_add',$1)):3 lw 2 title "by the session's account, an event of one context", \
		'' using (of(2,'pagecache_add',$1)):5 lw 2 dt 2 title "by Slab in /proc/meminfo, the same", \
		'' using (of(2,'clbench_load_seq',$1)):3 lw 2 title "by the session's account, an event of all four contexts", \
		'' using (of(2,'clbench_load_seq',$1)):5 lw 2 dt 2 title "by Slab in /proc/meminfo, the same"
}
if (name eq 'lists') {
	set title "Session thread's time per record, by CPUs that take turns (TCG: only relative)"
	set logscale x 2
	set xlabel "CPUs, each with a busy list"
	set ylabel "ns per record, best of nine"
	set xrange [0.9:*]
	set yrange [0:*]
	set key off
	plot table('lists') using 1:2 lw 2
}
