package dev.sluice.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// An operator asks what a credential permits.
final class ExplainRouteTest {
    @AutoClose
    private final AuthTestHub hub = new AuthTestHub();

    private String explain(String query, String credential) {
        return hub.as(hub.admin, "POST", "/explain" + query, credential).body();
    }

    @Test
    void saysWhatATokenMayDo() {
        String alice = hub.token("alice", "jti", "1");
        assertThat(explain("?verb=publish&channel=news", alice))
                .contains(
                        "\"accepted\":true,\"sub\":\"alice\",\"kid\":\"shop\",\"expires\":\"2026-11-22T12:10:00.000Z\"")
                .contains("\"permits\":{\"subscribe\":[\"**\"],\"publish\":[\"**\"],\"close\":[\"**\"]}")
                .contains("\"permitted\":true")
                .doesNotContain(alice);
        assertThat(explain("?verb=delete&channel=news", alice)).contains("\"permitted\":false");
        assertThat(explain("?verb=subscribe&channel=news", "")).as("nobody").contains("\"permitted\":false");
        hub.revoke("{\"jti\": \"1\"}");
        assertThat(explain("", alice))
                .contains("\"accepted\":false", "was revoked")
                .doesNotContain(alice);
    }

    @Test
    void repeatsNoKey() {
        assertThat(explain("?verb=admin", hub.admin))
                .contains("\"permitted\":true")
                .doesNotContain(hub.admin);
        assertThat(explain("", hub.admin + "x")).contains("\"accepted\":false").doesNotContain(hub.admin);
    }

    @Test
    void refusesAnUnknownVerb() {
        assertThat(explain("?verb=read", hub.token("alice"))).contains("bad-parameter");
    }
}
