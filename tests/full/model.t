#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The formal models hold with more nodes, objects, drops and deaths.

MODEL_FULL=yes exec "$top_srcdir/tests/unit/model.t"
