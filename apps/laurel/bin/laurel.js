#!/usr/bin/env -S node --disable-warning=TimeoutNegativeWarning --max-semi-space-size=32
import '../dist/main.js';
