package dev.sluice.core.replication;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.ForwardingLog;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.RetentionLoss;
import dev.sluice.core.log.RetentionRules;
import java.util.List;
import java.util.concurrent.CompletionStage;

/// The logs of some nodes as one: writes to the last, and reads the first.
public class NodesLog extends ForwardingLog {
    private final List<ReplicatedLog> nodes;

    public NodesLog(List<ReplicatedLog> nodes) {
        super(nodes.getFirst());
        this.nodes = nodes;
    }

    private Log written() {
        return nodes.getLast();
    }

    @Override
    public CompletionStage<AppendResult> append(Publication publication) {
        return written().append(publication);
    }

    @Override
    public CompletionStage<AppendResult.Batch> appendAll(List<Publication> publications) {
        return written().appendAll(publications);
    }

    @Override
    public CompletionStage<Boolean> delete(ChannelName channel) {
        return written().delete(channel);
    }

    @Override
    public CompletionStage<Boolean> forget(ChannelName channel, Cursor id) {
        return written().forget(channel, id);
    }

    @Override
    public CompletionStage<Integer> forgetKey(ChannelName channel, String key) {
        return written().forgetKey(channel, key);
    }

    @Override
    public CompletionStage<List<RetentionLoss>> changeRules(RetentionRules rules, boolean isConfirmed) {
        return written().changeRules(rules, isConfirmed);
    }

    @Override
    public void close() {
        nodes.forEach(Log::close);
    }
}
