/* SPDX-License-Identifier: GPL-2.0 */
/* The parts of the metadata that are the same in all traces; linux/clbench_record.h in TSDL. */
#include "metadata_layout.h"

const char clb_metadata_types[] =
"typealias integer { size = 5; align = 1; signed = false; } := uint5_t;\n"
"typealias integer { size = 8; align = 8; signed = false; } := uint8_t;\n"
"typealias integer { size = 16; align = 8; signed = false; } := uint16_t;\n"
"typealias integer { size = 32; align = 8; signed = false; } := uint32_t;\n"
"typealias integer { size = 64; align = 8; signed = false; } := uint64_t;\n"
"typealias integer { size = 8; align = 8; signed = true; } := int8_t;\n"
"typealias integer { size = 16; align = 8; signed = true; } := int16_t;\n"
"typealias integer { size = 32; align = 8; signed = true; } := int32_t;\n"
"typealias integer { size = 64; align = 8; signed = true; } := int64_t;\n"
"typealias integer { size = 8; align = 8; signed = false; encoding = UTF8; } := text_t;\n";

const char clb_metadata_stream[] =
"typealias integer {\n"
"	size = 27; align = 1; signed = false;\n"
"	map = clock.monotonic_raw.value;\n"
"} := uint27_clock_t;\n"
"\n"
"typealias integer {\n"
"	size = 64; align = 8; signed = false;\n"
"	map = clock.monotonic_raw.value;\n"
"} := uint64_clock_t;\n"
"\n"
"struct event_header {\n"
"	enum : uint5_t { \"compact\" = 0 ... 30, \"extended\" = 31 } id;\n"
"	variant <id> {\n"
"		struct { uint27_clock_t timestamp; } compact;\n"
"		struct { uint32_t id; uint64_clock_t timestamp; } extended;\n"
"	} v;\n"
"} align(8);\n"
"\n"
"stream {\n"
"	packet.context := struct {\n"
"		uint64_clock_t timestamp_begin;\n"
"		uint64_clock_t timestamp_end;\n"
"		uint64_t content_size;\n"
"		uint64_t packet_size;\n"
"		uint64_t packet_seq_num;\n"
"		uint64_t events_discarded;\n"
"		uint64_t raw_ns;\n"
"		uint64_t realtime_ns;\n"
"		uint32_t crc32c;\n"
"	};\n"
"	event.header := struct event_header;\n"
"	event.context := struct {\n"
"		uint16_t cpu_id;\n"
"		enum : uint8_t { \"task\" = 0, \"softirq\" = 1, \"hardirq\" = 2, \"nmi\" = 3 } context;\n"
"		uint32_t tid;\n"
"	};\n"
"};\n";

const char *const clb_metadata_type_name[] = {
	[CLBENCH_FIELD_TYPE_U8] = "uint8_t",
	[CLBENCH_FIELD_TYPE_U16] = "uint16_t",
	[CLBENCH_FIELD_TYPE_U32] = "uint32_t",
	[CLBENCH_FIELD_TYPE_U64] = "uint64_t",
	[CLBENCH_FIELD_TYPE_S8] = "int8_t",
	[CLBENCH_FIELD_TYPE_S16] = "int16_t",
	[CLBENCH_FIELD_TYPE_S32] = "int32_t",
	[CLBENCH_FIELD_TYPE_S64] = "int64_t",
	[CLBENCH_FIELD_TYPE_TEXT] = "text_t",
	[CLBENCH_FIELD_TYPE_STRING] = "string",
};
