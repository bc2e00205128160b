package dev.fathom.http.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fathom.config.ConfigurationException;
import dev.fathom.config.FathomConfig.WrongPasswordsConfig;
import dev.fathom.http.auth.WrongPasswords.Answer;
import dev.fathom.http.auth.WrongPasswords.Answer.Try;
import dev.fathom.http.auth.WrongPasswords.Answer.Wait;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WrongPasswordsTest {

    private long now = 1;
    private final WrongPasswords wrong = new WrongPasswords(config(5, 50, Duration.ofMinutes(1)), () -> now);

    private static WrongPasswordsConfig config(int perUser, int perAddress, Duration longest) {
        return new WrongPasswordsConfig() {
            @Override
            public int perUser() {
                return perUser;
            }

            @Override
            public int perAddress() {
                return perAddress;
            }

            @Override
            public Duration longestWait() {
                return longest;
            }

            @Override
            public int ipv6Prefix() {
                return 64;
            }
        };
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private boolean guess(String user, String address) {
        return guess(user, address, false);
    }

    /** @return whether it was checked */
    private boolean guess(String user, String address, boolean guest) {
        Answer answer = wrong.ask(user, address, guest);
        if (answer instanceof Try one) {
            one.wrong().run();
            return true;
        }
        return false;
    }

    private Duration waiting(String user, String address) {
        return ((Wait) wrong.ask(user, address, false)).left();
    }

    private void lock(String user, String address) {
        for (int i = 0; i < 5; i++) {
            assertThat(guess(user, address)).isTrue();
        }
    }

    @Test
    void fiveAreCheckedAndThenEachWaitsTwiceAsLongUpToAMinute() {
        lock("ann", "10.0.0.1");

        List<Long> waits = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            Duration wait = waiting("ann", "10.0.0.1");
            waits.add(wait.toSeconds());
            pass(wait);
            assertThat(guess("ann", "10.0.0.1")).isTrue();
        }

        assertThat(waits).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L, 60L);
    }

    @Test
    void theRightOnePassesAfterTheWaitAndEndsTheWaiting() {
        lock("ann", "10.0.0.1");
        assertThat(wrong.ofRemembered("ann", "10.0.0.1", true))
                .as("or it could be guessed")
                .isPresent();
        pass(Duration.ofSeconds(1));

        ((Try) wrong.ask("ann", "10.0.0.1", false)).right().run();

        assertThat(wrong.ofRemembered("ann", "10.0.0.1", true)).isEmpty();
        lock("ann", "10.0.0.1");
    }

    @Test
    void nobodyIsHeldUpByWhatOthersSendFromElsewhere() {
        for (int address = 0; address < 200; address++) {
            lock("ann", "10.0.1." + address);
        }

        assertThat(wrong.ofRemembered("ann", "10.0.0.1", true)).isEmpty();
        assertThat(guess("ann", "10.0.0.1")).isTrue();
    }

    @Test
    void manyUsersFromOneAddressMakeItWaitButForThoseWhoWereLetInThereBefore() {
        for (int user = 0; user < 50; user++) {
            assertThat(guess("user-" + user, "10.0.0.1")).isTrue();
        }

        assertThat(guess("ann", "10.0.0.1")).isFalse();
        assertThat(wrong.ofRemembered("ann", "10.0.0.1", false))
                .as("or it could be guessed")
                .isPresent();
        assertThat(wrong.ofRemembered("ann", "10.0.0.1", true)).isEmpty();
        assertThat(guess("ann", "10.0.0.1", true)).isTrue();
        assertThat(guess("ann", "10.0.0.2")).isTrue();
    }

    @Test
    void ofManyAtOnceNoMoreAreCheckedThanOneAfterTheOther() {
        List<Try> checked = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            if (wrong.ask("ann", "10.0.0.1", false) instanceof Try one) {
                checked.add(one);
            }
        }
        assertThat(wrong.ofRemembered("ann", "10.0.0.1", true))
                .as("or it could be guessed meanwhile")
                .isPresent();
        checked.forEach(one -> one.wrong().run());

        assertThat(checked).hasSize(5);
        assertThat(guess("ann", "10.0.0.1")).isFalse();
    }

    @Test
    void oneRefusalOfEachWaitIsWorthTelling() {
        lock("ann", "10.0.0.1");

        assertThat(((Wait) wrong.ask("ann", "10.0.0.1", false)).first()).isTrue();
        assertThat(((Wait) wrong.ask("ann", "10.0.0.1", false)).first()).isFalse();

        pass(Duration.ofSeconds(1));
        guess("ann", "10.0.0.1");
        assertThat(((Wait) wrong.ask("ann", "10.0.0.1", false)).first()).isTrue();
    }

    @Test
    void aQuarterOfAnHourWithoutAWrongOneIsForgotten() {
        lock("ann", "10.0.0.1");
        pass(Duration.ofMinutes(16));

        lock("ann", "10.0.0.1");
    }

    @Test
    void settingsThatMakeNoSenseStopTheStartByName() {
        assertThatThrownBy(() -> new WrongPasswords(config(0, 50, Duration.ofMinutes(1)), () -> now))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("fathom.security.wrong-passwords.per-user=0");
        assertThatThrownBy(() -> new WrongPasswords(config(5, 50, Duration.ZERO), () -> now))
                .hasMessageContaining("longest-wait");
        assertThatThrownBy(() -> new Origins(0)).hasMessageContaining("fathom.security.wrong-passwords.ipv6-prefix=0");
    }

    @Nested
    class AnAddress {

        @ParameterizedTest
        @CsvSource({
            "10.1.2.3, 10.1.2.3",
            "::ffff:10.1.2.3, 10.1.2.3",
            "2001:db8:1:2:3:4:5:6, 2001:db8:1:2:0:0:0:0/64",
            "2001:db8:1:2:ffff::1, 2001:db8:1:2:0:0:0:0/64",
            "2001:db8:1:3::1, 2001:db8:1:3:0:0:0:0/64",
            "fe80::1%eth0, fe80:0:0:0:0:0:0:0/64",
            "a-name.invalid, a-name.invalid"
        })
        void countsAsFarAsItTellsOneCallerFromAnother(String host, String origin) {
            assertThat(new Origins(64).of(host)).isEqualTo(origin);
        }
    }
}
