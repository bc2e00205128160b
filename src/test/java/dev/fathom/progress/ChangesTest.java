package dev.fathom.progress;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ChangesTest {

    @Test
    void remembersTheLastOfThem() {
        Changes changes = new Changes(6);
        for (int i = 0; i < 10; i++) {
            changes.add(i, 100 + i, 200 + 2 * i, i % 2 == 0 ? -1 : i);
        }
        assertThat(changes.size()).isEqualTo(6);
        assertThat(changes.tick(0)).isEqualTo(4);
        assertThat(changes.commit(5)).isEqualTo(109);
        assertThat(changes.lag(5)).isEqualTo(109);
        assertThat(changes.since(7)).isEqualTo(3);
        assertThat(changes.resized(3).tick(0)).isEqualTo(7);
    }

    @Test
    void aGapIsUsualOnceFourWereSeen() {
        Changes changes = new Changes(32);
        changes.add(0, 0, 0, -1);
        for (int i = 1; i <= 3; i++) {
            changes.add(i * 50, i, i, 50);
        }
        assertThat(changes.usualGap()).isEmpty();
        changes.add(200, 4, 4, 70);
        assertThat(changes.usualGap()).hasValue(70);
    }

    @Test
    void oneLongGapAmongManyIsNotTheUsualOne() {
        Changes changes = new Changes(32);
        for (int i = 1; i <= 30; i++) {
            changes.add(i * 50, i, i, i == 7 ? 5000 : 50);
        }
        assertThat(changes.usualGap()).hasValue(50);
    }
}
