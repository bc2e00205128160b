package dev.fathom.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fathom.config.ConfigurationException;
import dev.fathom.config.Level;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTest {

    private static final String HASH = "$2y$06$jmc.S6l1S0XHqF01EW9oJee6bzRJH0yoaejpj//Fra5RtjBaa43V2";

    private static NamePatterns names(String... patterns) {
        return new NamePatterns(List.of(patterns));
    }

    @ParameterizedTest
    @CsvSource({
        "team-a.*, team-a.x, true",
        "team-a.*, team-a., true",
        "team-a.*, team-a, false",
        "team-a.*, team-ab, false",
        "team-a.*, Team-a.x, false",
        "team-a.*, xteam-a.x, false",
        // A Cyrillic а.
        "team-a.*, te\u0430m-a.x, false",
        "orders, orders, true",
        "orders, orders2, false",
        "*, anything, true"
    })
    void aNameIsAllowedWholeOrByItsBeginning(String pattern, String name, boolean allowed) {
        assertThat(names(pattern).allow(name)).isEqualTo(allowed);
    }

    @Test
    void aNewlineIsPartOfAName() {
        assertThat(names("team-a.x").allow("team-a.x\n")).isFalse();
        assertThat(names("team-a.*").allow("\nteam-a.x")).isFalse();
    }

    @Test
    void twoGrantsDoNotAddUpToAThird() {
        Access access = new Access(List.of(
                new Grant(Level.OPERATOR, NamePatterns.ALL, names("a.*"), names("a.*"), false),
                new Grant(Level.OPERATOR, NamePatterns.ALL, names("b.*"), names("b.*"), true)));

        assertThat(access.onGroupsTopic(Level.OPERATOR, "c", "a.g", "a.t")).isTrue();
        assertThat(access.onGroupsTopic(Level.OPERATOR, "c", "a.g", "b.t")).isFalse();
        assertThat(access.onGroup(Level.ADMIN, "c", "a.g")).isFalse();
        assertThat(access.onWholeGroup(Level.VIEWER, "c", "a.g")).isFalse();
        assertThat(access.toRecords("c", "a.t")).isFalse();
        assertThat(access.toRecords("c", "b.t")).isTrue();
    }

    @Test
    void aClusterIsPartOfAGrant() {
        Access access =
                new Access(List.of(new Grant(Level.ADMIN, names("test"), NamePatterns.ALL, NamePatterns.ALL, true)));

        assertThat(access.onWholeCluster(Level.ADMIN, "test")).isTrue();
        assertThat(access.onCluster(Level.VIEWER, "prod")).isFalse();
        assertThat(access.onEverything(Level.VIEWER)).isFalse();
        assertThatThrownBy(() -> access.needGroup(Level.VIEWER, "prod", "g"))
                .isInstanceOf(ForbiddenException.class)
                .hasMessageContaining("viewer")
                .hasMessageContaining("prod");
    }

    @Test
    void aUsersFileIsReadAndCommentsAreLeftOut(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("users"), "# ours\n\nvera:" + HASH + ":viewer, team-a\n");

        assertThat(UsersFile.read(Optional.of(file.toString())).get("vera").roles())
                .isEqualTo(Set.of("viewer", "team-a"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "vera",
                "vera:plain:viewer",
                "vera:{SHA}abcdef:viewer",
                ":$2y$06$jmc.S6l1S0XHqF01EW9oJee6bzRJH0yoaejpj//Fra5RtjBaa43V2:viewer",
                "a:b:c:d"
            })
    void aLineThatIsNoUserStopsTheStartAndIsNotShown(String line, @TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("users"), "# first\n" + line + "\n");

        assertThatThrownBy(() -> UsersFile.read(Optional.of(file.toString())))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("line 2")
                .hasMessageNotContaining(line);
    }

    @Test
    void aUserMayBeThereOnce(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("users"), "vera:" + HASH + ":viewer\nvera:" + HASH + ":admin\n");

        assertThatThrownBy(() -> UsersFile.read(Optional.of(file.toString()))).hasMessageContaining("twice");
    }

    @Test
    void withoutAUsersFileThePropertyIsNamed() {
        assertThatThrownBy(() -> UsersFile.read(Optional.empty())).hasMessageContaining("fathom.security.users-file");
        assertThatThrownBy(() -> UsersFile.read(Optional.of("/no/such/file"))).hasMessageContaining("/no/such/file");
    }
}
