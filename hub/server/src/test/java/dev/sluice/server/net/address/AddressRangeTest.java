package dev.sluice.server.net.address;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AddressRangeTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.0.1, true",
        "10.0.0.0/8, 11.0.0.0, false",
        "10.0.0.0/9, 10.128.0.0, false",
        "10.0.0.0/9, 10.127.255.255, true",
        "127.0.0.1, 127.0.0.1, true",
        "127.0.0.1, 127.0.0.2, false",
        "0.0.0.0/0, 203.0.113.9, true",
        "0.0.0.0/0, 2001:db8::1, false",
        "2001:db8::/33, 2001:db8:7fff::1, true",
        "2001:db8::/33, 2001:db8:8000::1, false",
        "::1, ::1, true",
        "10.0.0.0/8, ::ffff:10.0.0.1, true",
        "::ffff:10.0.0.1, 10.0.0.1, true",
    })
    void containsTheAddressesOfItsPrefix(String range, String address, boolean isContained) {
        var parsed = AddressRange.parse(range).orElseThrow();
        assertThat(parsed.contains(AddressLiteral.parse(address).orElseThrow())).isEqualTo(isContained);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/8",
                "10/8",
                "10.0.0.0/",
                "10.0.0.0/33",
                "10.0.0.0/08",
                "10.0.0.0/-1",
                "10.0.0.1/8",
                "10.0.0.256",
                "010.0.0.1",
                "10.0.0",
                "10.0.0.1.",
                "2130706433",
                "localhost",
                "fe80::1%eth0",
                "2001:db8::/129",
                "2001:db8::1/32",
                "::ffff:10.0.0.0/104",
                "[::1]",
                "10.0.0.0/8/8",
                "１０.0.0.1",
                "1:2",
                ":::"
            })
    void refusesWhatIsNoBlock(String text) {
        assertThat(AddressRange.parse(text)).isEmpty();
    }
}
