/// The commands that run until they are ended: a hub, Sense, the demos, the lab, a load test.
@NullMarked
package dev.sluice.app.command.run;

import org.jspecify.annotations.NullMarked;
