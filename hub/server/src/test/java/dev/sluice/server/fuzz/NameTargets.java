package dev.sluice.server.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.InvalidNameException;
import dev.sluice.core.channel.Pattern;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.EventKey;
import dev.sluice.core.event.EventType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Names of channels, patterns, types, keys and cursors, against rules written anew from `docs/protocol.md` §1.
final class NameTargets {
    static final List<FuzzTarget> ALL = List.of(
            FuzzTarget.ofUtf8("channel", NameTargets::channel),
            FuzzTarget.ofUtf8("pattern", NameTargets::pattern),
            FuzzTarget.ofUtf8("type-and-key", NameTargets::typeAndKey),
            FuzzTarget.ofText("cursor", NameTargets::cursor));

    private NameTargets() {}

    private static boolean isName(String text) {
        return hasLength(text, 255)
                && hasNoControls(text)
                && Stream.of(text.split("/", -1))
                        .noneMatch(each -> each.isEmpty() || each.equals(".") || each.equals(".."));
    }

    private static boolean hasLength(String text, int max) {
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        return bytes > 0 && bytes <= max;
    }

    private static boolean hasNoControls(String text) {
        return text.codePoints().noneMatch(each -> each < 0x20 || (each >= 0x7F && each < 0xA0));
    }

    private static boolean isAccepted(Consumer<String> check, String text) {
        try {
            check.accept(text);
            return true;
        } catch (IllegalArgumentException refused) {
            assertThat(refused.getMessage()).isNotBlank();
            return false;
        }
    }

    private static void channel(String text) {
        boolean isAccepted = isAccepted(ChannelName::new, text);
        assertThat(isAccepted).isEqualTo(isName(text) && !text.contains("*"));
        if (!isAccepted) return;
        ChannelName name = new ChannelName(text);
        Pattern itself = Pattern.of(text);
        assertThat(itself.matches(name)).isTrue();
        assertThat(itself.covers(itself)).isTrue();
        boolean isReserved = Stream.of(text.split("/", -1)).anyMatch(each -> each.startsWith("$"));
        assertThat(name.isReserved()).isEqualTo(isReserved);
        assertThat(Pattern.of("**").matches(name)).isEqualTo(!isReserved);
    }

    private static void pattern(String text) {
        String[] segments = text.split("/", -1);
        boolean hasStrayStar = false;
        for (int i = 0; i < segments.length; i++) {
            boolean isWildcard = segments[i].equals("*") || (segments[i].equals("**") && i == segments.length - 1);
            hasStrayStar |= segments[i].contains("*") && !isWildcard;
        }
        boolean isAccepted = true;
        try {
            Pattern pattern = Pattern.of(text);
            assertThat(Pattern.of(pattern.value())).isEqualTo(pattern);
            assertThat(pattern.covers(pattern)).isTrue();
            assertThat(pattern.overlaps(pattern)).isTrue();
        } catch (InvalidNameException refused) {
            isAccepted = false;
        }
        assertThat(isAccepted).isEqualTo(isName(text) && !hasStrayStar);
    }

    private static void typeAndKey(String text) {
        assertThat(isAccepted(EventKey::check, text)).isEqualTo(hasLength(text, 255) && hasNoControls(text));
        boolean isReserved = text.startsWith("sluice.") || text.equals("error") || text.equals("open");
        assertThat(isAccepted(EventType::check, text))
                .isEqualTo(hasLength(text, 64) && hasNoControls(text) && !text.contains(",") && !isReserved);
    }

    private static void cursor(String text) {
        Cursor.parse(text).ifPresent(cursor -> {
            assertThat(cursor.text()).isEqualTo(text);
            assertThat(Cursor.isCursor(text)).isTrue();
        });
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~-";
        boolean isCursor =
                !text.isEmpty() && text.length() <= 512 && text.chars().allMatch(each -> alphabet.indexOf(each) >= 0);
        assertThat(Cursor.isCursor(text)).isEqualTo(isCursor);
    }
}
