package dev.sluice.core.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The examples are those of W3C Trace Context.
class TraceParentTest {
    private static final String EXAMPLE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    @ParameterizedTest
    @ValueSource(strings = {EXAMPLE, "00-ffffffffffffffffffffffffffffffff-ffffffffffffffff-ff"})
    void writesWhatItRead(String header) {
        assertThat(Objects.requireNonNull(TraceParent.parse(header)).text()).isEqualTo(header);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-and-what-is-to-come"
            })
    void readsWhatItKnowsOfLaterVersions(String header) {
        assertThat(Objects.requireNonNull(TraceParent.parse(header)).text()).isEqualTo(EXAMPLE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "junk",
                EXAMPLE + "-more",
                " " + EXAMPLE,
                "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.x",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00F067AA0BA902B7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01"
            })
    void ignoresInvalidHeaders(String header) {
        assertThat(TraceParent.parse(header)).isNull();
    }
}
