package dev.sluice.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.TestServer;
import org.junit.jupiter.api.Test;

/// A session as a stream and requests of one HTTP/2 connection.
class SessionOverHttp2Test {
    @Test
    void subscribesAndPublishes() {
        try (TestServer server = TestServer.secure();
                SessionClient client = SessionClient.open(server, SessionClient.Form.SSE)) {
            client.expect("welcome");
            client.send("{'op':'subscribe','ref':1,'channels':['news']}");
            client.next("ok");
            client.send("{'op':'publish','ref':2,'channel':'news','data':'hello'}");
            assertThat(client.next(each -> each.toString().contains("hello"))).isNotNull();
        }
    }
}
