package dev.sluice.server.http.head;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.fuzz.FuzzTarget;
import dev.sluice.server.http.policy.Origin;
import dev.sluice.server.transport.HubTransports;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Request targets, hosts, origins, media types, and the parameters of a subscription.
public final class HttpTargets {
    public static final List<FuzzTarget> ALL = List.of(
            FuzzTarget.ofText("target", HttpTargets::target),
            FuzzTarget.ofText("host", HttpTargets::host),
            FuzzTarget.ofText("origin", HttpTargets::origin),
            FuzzTarget.ofText("media-type", HttpTargets::mediaType),
            FuzzTarget.ofText("subscribe", HttpTargets::subscribe));

    private static final Pattern HEADER_VALUE =
            Pattern.compile("([\\x21-\\x7e\\x80-\\xff][\\t\\x20-\\x7e\\x80-\\xff]*)?");

    private HttpTargets() {}

    private static void target(String text) {
        try {
            RequestTarget target = RequestTarget.parse(text);
            Path path = Path.of(target.path());
            assertThat(path.decoded()).isEqualTo(decoded(target.path()));
            assertThat(String.join("/", path.segments()))
                    .isEqualTo(path.decoded().substring(1));
            Parameters parameters = Parameters.parse(target.query());
            assertThat(parameters.without("token").has("token")).isFalse();
        } catch (ProblemException refused) {
            assertThat(refused.problem().status()).isEqualTo(400);
        }
    }

    /// Percent-decoding once, into strict UTF-8; null if that is impossible.
    private static @Nullable String decoded(String path) {
        var bytes = new ByteArrayOutputStream();
        for (int i = 0; i < path.length(); i++) {
            if (path.charAt(i) == '%') {
                bytes.write(Integer.parseInt(path.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                bytes.write(path.charAt(i)); // A byte, as it came.
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException malformed) {
            return null;
        }
    }

    private static void host(String text) {
        Host.parse(text).ifPresent(host -> {
            assertThat(host.port()).isBetween(-1, 99_999);
            String again = host.name() + (host.port() < 0 ? "" : ":" + host.port());
            assertThat(Host.parse(again)).contains(host);
            assertThat(host.name()).doesNotContainPattern("[\\s/@\"<>]");
            if (host.isLoopback()) assertThat(text.toLowerCase(Locale.ROOT)).startsWith(host.name());
        });
    }

    private static void origin(String text) {
        Origin.parse(text).ifPresent(origin -> {
            if (origin.port() >= 0) {
                String again = origin.scheme() + "://" + origin.host() + ":" + origin.port();
                assertThat(Origin.parse(again)).contains(origin);
            }
            assertThat(text).doesNotContainPattern("[?#@]");
            assertThat(origin.host()).doesNotContain("/", " ", "*");
        });
    }

    private static void mediaType(String text) {
        for (String each : MediaType.split(text, ',')) {
            MediaType.parse(each).ifPresent(type -> {
                MediaType again = MediaType.parse(type.essence()).orElseThrow();
                assertThat(again.essence()).isEqualTo(type.essence());
            });
        }
    }

    /// The first line is the query, the others are the headers `Accept` and `Last-Event-ID`.
    private static void subscribe(String text) {
        String[] lines = text.split("\n", 3);
        String accept = lines.length > 1 ? lines[1] : "";
        String last = lines.length > 2 ? lines[2] : "";
        if (!HEADER_VALUE.matcher(accept).matches()
                || !HEADER_VALUE.matcher(last).matches()) return;
        if (lines[0].chars().anyMatch(each -> each <= 0x20 || each == 0x7F)) return; // Netty refuses it.
        try {
            HubTransports.parse(Requests.get("/channels/a?" + lines[0], "Accept", accept, "Last-Event-ID", last));
        } catch (ProblemException refused) {
            assertThat(refused.problem().status()).isBetween(400, 499);
            assertThat(refused.problem().detail()).doesNotContainPattern("[\\x00-\\x1f\\x7f]");
        }
    }
}
