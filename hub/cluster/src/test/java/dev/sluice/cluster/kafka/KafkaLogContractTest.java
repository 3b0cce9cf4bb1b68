package dev.sluice.cluster.kafka;

import dev.sluice.core.log.LogContract;
import org.junit.jupiter.api.Tag;

/// The whole contract of a log.
@Tag("long")
final class KafkaLogContractTest extends KafkaLogSubject implements LogContract {}
