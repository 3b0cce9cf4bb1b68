/// The hub under test: a process of its own, whose processor time and memory are the hub's alone.
@NullMarked
package dev.sluice.lab.hub;

import org.jspecify.annotations.NullMarked;
