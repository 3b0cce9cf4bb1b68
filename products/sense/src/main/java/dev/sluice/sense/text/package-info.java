/// Values as text: durations for people, and strings from elsewhere for log lines.
@NullMarked
package dev.sluice.sense.text;

import org.jspecify.annotations.NullMarked;
