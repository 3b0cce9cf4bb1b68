package dev.sluice.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.fuzz.FuzzTarget;
import dev.sluice.server.http.head.ProblemException;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Messages of a session's client.
public final class SessionTargets {
    public static final List<FuzzTarget> ALL = List.of(new FuzzTarget("session-message", SessionTargets::message));

    private SessionTargets() {}

    private static void message(byte[] input) {
        try {
            ClientOp op = ClientOp.read(input);
            JsonNode tree = JsonMapper.shared().readTree(input);
            assertThat(op.members().keySet()).containsExactlyInAnyOrderElementsOf(tree.propertyNames());
            String ref = op.ref();
            if (ref != null) {
                assertThat(ref.length()).isLessThanOrEqualTo(128);
                assertThat(JsonMapper.shared().readTree(ref)).isEqualTo(tree.get("ref"));
            }
            assertThat(op.op()).isEqualTo(tree.path("op").asString());
        } catch (ProblemException refused) {
            assertThat(refused.problem().status()).isEqualTo(400);
        }
    }
}
