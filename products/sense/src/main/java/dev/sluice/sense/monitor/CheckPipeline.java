package dev.sluice.sense.monitor;

import dev.sluice.sense.schedule.Scheduler;
import dev.sluice.sense.store.Database;

/// The way of a check's outcome: the scheduler runs the check, the witness says whether the network works, the monitor
/// follows the state, and the database keeps incidents.
public record CheckPipeline(Scheduler scheduler, Witness witness, Monitor monitor, Database database) {
    /// Returns whether checks run in time, and their incidents are recorded.
    ///
    /// @param lateMs how late a check may be
    boolean isWell(long lateMs) {
        return scheduler.backlogMs() <= lateMs
                && databaseProblem().isEmpty()
                && !witness.wasDown() // If it is the witness that is gone, no check is reported.
                && monitor.recording().quarantined().isEmpty();
    }

    /// Why incidents can't be recorded, or what was tried last could not, in a few words; empty if the database works.
    String databaseProblem() {
        String problem = monitor.recording().problem();
        return problem.isEmpty() ? database.problem() : problem;
    }
}
