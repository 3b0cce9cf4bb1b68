package dev.sluice.cluster.raft;

import dev.sluice.cluster.NodesLogSubject;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/// Logs with an order by Raft.
abstract class RatisLogSubject extends NodesLogSubject {
    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        begin((size, listeners) -> TestNodes.start(folder, size, listeners));
    }
}
