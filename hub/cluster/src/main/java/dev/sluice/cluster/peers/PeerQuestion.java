package dev.sluice.cluster.peers;

import dev.sluice.core.cluster.NodeReport;
import dev.sluice.core.peers.NodeFigures;
import dev.sluice.core.peers.PeerReport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// Asks all nodes of the cluster, including this one, for their status. Each is asked on its own thread, so
/// that nodes that do not answer delay the result by at most the timeout of one request.
final class PeerQuestion {
    private PeerQuestion() {}

    /// The answer of a node, or the reason why there is none.
    private record Answer(
            Member member,
            @Nullable NodeStatus status,
            @Nullable String missing) {}

    /// @return a stage that never fails, with the reports in the order of the addresses
    static CompletionStage<List<PeerReport>> ask(List<Member> members, NodeClient client) {
        List<CompletableFuture<Answer>> asked =
                members.stream().map(each -> ask(each, client)).toList();
        return CompletableFuture.allOf(asked.toArray(CompletableFuture<?>[]::new))
                .thenApply(
                        _ -> reports(asked.stream().map(CompletableFuture::join).toList()));
    }

    private static CompletableFuture<Answer> ask(Member member, NodeClient client) {
        var answer = new CompletableFuture<Answer>();
        Thread.ofVirtual().name("sluice-peer-question").start(() -> answer.complete(answerOf(member, client)));
        return answer;
    }

    private static Answer answerOf(Member member, NodeClient client) {
        try {
            return new Answer(member, client.status(Member.requestAddress(member.address())), null);
        } catch (IOException | RuntimeException | Error failed) { // Without an answer, the stage would never complete.
            String why = failed.getMessage();
            return new Answer(member, null, why == null ? "it does not answer" : why);
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
            return new Answer(member, null, "this node is stopping");
        }
    }

    private static List<PeerReport> reports(List<Answer> answers) {
        var all = new NodeResponses();
        for (Answer each : answers) {
            if (each.status != null) all.given.put(each.member.address(), each.status);
            if (each.missing != null) all.missing.put(each.member.address(), each.missing);
        }
        List<PeerReport> reports = new ArrayList<>();
        for (Answer each : answers) {
            NodeReport report = all.report(each.member.address(), each.member);
            reports.add(report(report, each));
        }
        reports.sort(Comparator.comparing(PeerReport::address));
        return reports;
    }

    private static PeerReport report(NodeReport report, Answer answer) {
        NodeFigures figures = answer.status == null ? null : answer.status.figures();
        return new PeerReport(
                report.address(),
                answer.member.hexId(),
                report.role(),
                report.term(),
                report.commit(),
                report.applied(),
                report.lag(),
                report.problem(),
                figures);
    }
}
