package dev.sluice.cluster.kafka;

import dev.sluice.cluster.NodesLogSubject;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/// Logs whose order is kept by a topic of Kafka.
abstract class KafkaLogSubject extends NodesLogSubject {
    private static Brokers brokers;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        brokers = new Brokers(folder, 1);
        begin((size, listeners) -> TopicEnds.open(brokers.topic("contract"), size, listeners));
    }

    @AfterAll
    static void closeBrokers() {
        brokers.close();
    }
}
