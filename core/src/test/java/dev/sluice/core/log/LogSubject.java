package dev.sluice.core.log;

import java.time.InstantSource;

/// What each log's own test says about it, so that the parts of [LogContract] can put it to the test.
public interface LogSubject {
    /// A new, empty log, each of whose channels has this rule, on top of limits that no contract test reaches.
    Log open(Retention rule, InstantSource clock);

    /// Waits until this log has everything that was acknowledged to whoever wrote.
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
