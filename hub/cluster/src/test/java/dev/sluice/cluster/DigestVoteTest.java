package dev.sluice.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DigestVoteTest {
    /// This node has the digest 1.
    @ParameterizedTest
    @CsvSource({
        "true,  1, '',        EQUAL",
        "true,  3, '',        WAITING",
        "true,  3, '1',       WAITING",
        "true,  3, '1 1',     EQUAL",
        "true,  3, '2',       UNDECIDED",
        "true,  3, '1 2',     OTHERS_DIFFER",
        "true,  3, '2 2',     OUTVOTED",
        "true,  3, '2 3',     NO_MAJORITY",
        "true,  2, '2',       NO_MAJORITY",
        "true,  5, '2 2',     UNDECIDED",
        "true,  5, '2 2 2',   OUTVOTED",
        "true,  5, '1 1 2',   OTHERS_DIFFER",
        "true,  5, '1 2 2 3', NO_MAJORITY",
        "false, 3, '',        WAITING",
        "false, 3, '2',       UNDECIDED",
        "false, 3, '2 2',     OUTVOTED",
        "false, 3, '1 1 2',   OTHERS_DIFFER",
        "false, 1, '2',       OUTVOTED",
        "false, 2, '2 3',     NO_MAJORITY",
    })
    void isDecidedByAMajorityOfTheVoters(boolean votes, int voters, String others, DigestVote expected) {
        List<Long> digests = others.isEmpty()
                ? List.of()
                : List.of(others.split(" ")).stream().map(Long::valueOf).toList();
        assertThat(DigestVote.of(1, votes, digests, voters)).isEqualTo(expected);
    }
}
