package dev.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HubAddressTest {
    private final HubAddress hub = new HubAddress(URI.create("https://example.org:8443/hub/"));

    @Test
    void keepsThePathOfTheHubsBaseAddress() {
        assertThat(hub.channel("a", Map.of())).hasToString("https://example.org:8443/hub/channels/a");
        assertThat(hub.channels(List.of(), Map.of())).hasToString("https://example.org:8443/hub/channels");
    }

    @Test
    void encodesReservedCharactersOfAPath() {
        assertThat(hub.channel("chat/7?x=1#y%2F é/**", Map.of()).getRawPath())
                .isEqualTo("/hub/channels/chat/7%3Fx%3D1%23y%252F%20%C3%A9/**");
    }

    @Test
    void encodesNamesAndParametersOfAQuery() {
        assertThat(hub.channels(List.of("a&b/*", "c"), Map.of("key", "x=1&y")).getRawQuery())
                .isEqualTo("name=a%26b%2F*&name=c&key=x%3D1%26y");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "a/", "/a", "a//b", ".", "a/../b", "a/."})
    void refusesNamesThatProxiesWouldNormalize(String name) {
        assertThatThrownBy(() -> Publication.text(name, "x")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SubscribeRequest.to("ok", name)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> LineUpload.to(name)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesNamesThatAreTooLongOrNotUnicode() {
        assertThat(HubAddress.checkName("é".repeat(127))).hasSize(127);
        assertThatThrownBy(() -> HubAddress.checkName("é".repeat(128))).hasMessageContaining("256");
        assertThatThrownBy(() -> HubAddress.checkName("a\ud800")).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:8420", "ftp://localhost", "http:/x", "http://h?x=1", "http://h#x"})
    void refusesInvalidHubAddresses(String address) {
        assertThatThrownBy(() -> SluiceClient.to(address)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesEmptyAndTooLargeSelections() {
        assertThatThrownBy(SubscribeRequest::to).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SubscribeRequest.to(Collections.nCopies(65, "a")))
                .hasMessageContaining("65");
    }

    @Test
    void refusesKeysThatAreNotValidInAHeader() {
        for (var key : List.of("", "a b", "é", "a\n", "x".repeat(256))) {
            assertThatThrownBy(() -> Publication.text("a", "x").idempotencyKey(key))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> LineUpload.to("a").idempotencyKey(key))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
