package dev.sluice.sense.monitor;

import dev.sluice.sense.schedule.Scheduler;
import dev.sluice.sense.store.Database;

/// The path of a check's outcome: the scheduler runs the check, the witness decides whether the network
/// works, the monitor tracks the state, and the database stores incidents.
public record CheckPipeline(Scheduler scheduler, Witness witness, Monitor monitor, Database database) {
    /// Returns true if checks run in time and their incidents are recorded.
    ///
    /// @param lateMs the lateness that is allowed for a check
    boolean isWell(long lateMs) {
        return scheduler.backlogMs() <= lateMs
                && databaseProblem().isEmpty()
                && !witness.wasDown() // While the network is down, no check reports an outage.
                && monitor.recording().quarantined().isEmpty();
    }

    /// Returns a short reason why incidents can't be recorded, or why the last use of the database failed;
    /// empty if it works.
    String databaseProblem() {
        String problem = monitor.recording().problem();
        return problem.isEmpty() ? database.problem() : problem;
    }
}
