/* SPDX-License-Identifier: GPL-2.0 */
/* Which sessions the daemon shall have: of the one before, at its start, after a reload. */
#ifndef CLBD_RELOAD_H
#define CLBD_RELOAD_H

struct clbd;

/**
 * clbd_adopt_sessions() - go on with the sessions that a daemon before has left
 * @d: the daemon
 */
void clbd_adopt_sessions(struct clbd *d);

/**
 * clbd_start_at_boot() - start the sessions that are to start with the daemon
 * @d: the daemon
 */
void clbd_start_at_boot(struct clbd *d);

/**
 * clbd_reload() - read the configuration again, and do what is different
 * @d: the daemon; if the configuration is wrong, it goes on as before
 */
void clbd_reload(struct clbd *d);

/**
 * clbd_look_at_sessions() - ask the kernel which sessions have ended
 * @d: the daemon; notifications were lost
 */
void clbd_look_at_sessions(struct clbd *d);

#endif /* CLBD_RELOAD_H */
