/* SPDX-License-Identifier: GPL-2.0 */
/* Module parameters: defaults and limits of sessions. */
#ifndef CLB_PARAM_H
#define CLB_PARAM_H

#include <linux/types.h>

struct clb_config;

void clb_param_defaults(struct clb_config *config);
u64 clb_param_mem_total(void);
unsigned int clb_param_linger_max_ms(void);
unsigned int clb_param_sessions_max(void);
unsigned int clb_param_gp_limit_ms(void);

#endif /* CLB_PARAM_H */
