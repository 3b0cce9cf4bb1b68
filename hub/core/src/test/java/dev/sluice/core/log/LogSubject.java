package dev.sluice.core.log;

import java.time.InstantSource;

/// Opens the log under test for the parts of [LogContract].
public interface LogSubject {
    /// A new, empty log with this rule for every channel, and with limits that no contract test reaches.
    Log open(Retention rule, InstantSource clock);

    /// Waits until this log has received all acknowledged writes.
    default void settle(Log log) {}

    default TestLog open() {
        return new TestLog(this, Retention.ALL);
    }

    default TestLog open(Retention rule) {
        return new TestLog(this, rule);
    }

    default TestLog openKeeping(int events) {
        return new TestLog(this, Retention.events(events));
    }
}
