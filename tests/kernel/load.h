/* SPDX-License-Identifier: GPL-2.0 */
/*
 * clbench_load: numbered records in all contexts of chosen CPUs, for tests.
 *
 * One job of each kind can run at a time; it is started, stopped and waited for
 * under load_mutex, which protects all that is not said to be otherwise.
 */
#ifndef LOAD_H
#define LOAD_H

#include <linux/cpumask.h>
#include <linux/mutex.h>
#include <linux/types.h>

#include <clbench/event.h>

#define LOAD_NR_CONTEXT	(CLBENCH_CONTEXT_NMI + 1)

/**
 * struct load_order - what a job is to do
 * @cpus: where
 * @contexts: in which, a mask of CLBENCH_IN_...
 * @records: how many: for each CPU and context, or in all
 * @rate: records per second, for each as above; 0: as fast as it goes
 */
struct load_order {
	cpumask_t cpus;
	unsigned int contexts;
	u64 records;
	u64 rate;
};

extern struct mutex load_mutex;
extern const struct clbench_label load_contexts[LOAD_NR_CONTEXT];

/* Events. */
int load_events_init(void);
void load_events_exit(void);
void load_push_seq(u32 run, unsigned int context, u64 number);
void load_push_types(u64 number);
void load_push_turn(u64 turn);

/* Numbered records on many CPUs and in many contexts. */
int load_run_start(const struct load_order *order);
int load_run_push(const struct load_order *order);
void load_run_stop(void);
u32 load_run_id(void);
bool load_run_busy(void);
u64 load_run_pushed(unsigned int cpu, unsigned int context);
void load_run_nmi(void);

/* Two CPUs that take turns; records of every type at a rate. */
int load_turn_start(const struct load_order *order);
void load_turn_stop(void);
bool load_turn_busy(void);
u64 load_turn_pushed(void);
int load_types_start(const struct load_order *order);
void load_types_stop(void);
bool load_types_busy(void);
u64 load_types_pushed(void);

/* One NMI handler, if this kernel lets modules send them. */
#ifdef LOAD_NMI
#define LOAD_HAS_NMI	true
int load_nmi_init(void);
void load_nmi_exit(void);
void load_nmi_send(unsigned int cpu);
void load_nmi_wait(unsigned int cpu);
#else
#define LOAD_HAS_NMI	false
static inline int load_nmi_init(void) { return 0; }
static inline void load_nmi_exit(void) { }
static inline void load_nmi_send(unsigned int cpu) { }
static inline void load_nmi_wait(unsigned int cpu) { }
#endif

#endif /* LOAD_H */
