package dev.sluice.cluster.peers;

import dev.sluice.core.peers.SessionMessages;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/// A node without services.
public class TestNode implements NodeServer.Node {
    public static final String TOKEN = "the token of the tests' nodes";

    /// A client in plain text, with timeouts for a busy machine.
    public static NodeClient client() {
        return new NodeClient(TOKEN, null, Duration.ofSeconds(60));
    }

    @Override
    public boolean place(List<byte[]> proposals) {
        throw new UnsupportedOperationException();
    }

    @Override
    public NodeStatus status() {
        throw new UnsupportedOperationException();
    }

    @Override
    public long last() {
        throw new UnsupportedOperationException();
    }

    @Override
    public long timeMs() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Long digestAt(long index) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Boolean> take(SessionMessages messages) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Checkpoint copy() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void add(Member member) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void remove(String node) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void lead(String node) {
        throw new UnsupportedOperationException();
    }
}
