package dev.sluice.cluster.raft;

import dev.sluice.core.log.LogContract;
import org.junit.jupiter.api.Tag;

/// The whole contract of a log.
@Tag("long")
final class RatisLogContractTest extends RatisLogSubject implements LogContract {}
