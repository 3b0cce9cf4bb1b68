package dev.sluice.server.fuzz;

import dev.sluice.server.auth.token.AuthTargets;
import dev.sluice.server.http.head.HttpTargets;
import dev.sluice.server.json.JsonTargets;
import dev.sluice.server.net.NetTargets;
import dev.sluice.server.publish.PublishTargets;
import dev.sluice.server.session.SessionTargets;
import dev.sluice.server.transport.websocket.WebSocketTargets;
import java.util.List;
import java.util.stream.Stream;

/// All parsers of the hub that read clients' bytes, and those of the names that they have in common.
final class ServerTargets {
    static final List<FuzzTarget> ALL = Stream.of(
                    HttpTargets.ALL,
                    AuthTargets.ALL,
                    NameTargets.ALL,
                    JsonTargets.ALL,
                    NetTargets.ALL,
                    PublishTargets.ALL,
                    SessionTargets.ALL,
                    WebSocketTargets.ALL)
            .flatMap(List::stream)
            .toList();

    private ServerTargets() {}
}
