package dev.fathom.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PageTest {

    @Property
    void pagesTogetherAreTheSortedList(@ForAll Set<String> names, @ForAll @IntRange(min = 1, max = 20) int limit) {
        List<String> seen = new ArrayList<>();
        Optional<String> after = Optional.empty();
        do {
            Page<String> page = Page.of(names, name -> name, new PageRequest(limit, after));
            assertThat(page.total()).isEqualTo(names.size());
            assertThat(page.items()).hasSizeLessThanOrEqualTo(limit);
            seen.addAll(page.items());
            after = page.next();
        } while (after.isPresent());

        assertThat(seen).isEqualTo(names.stream().sorted().toList());
    }

    @Test
    void anItemThatGoesBetweenTwoPagesShiftsNoOther() {
        Page<String> first = Page.of(List.of("a", "b", "c", "d"), name -> name, new PageRequest(2, Optional.empty()));

        Page<String> second = Page.of(List.of("a", "c", "d"), name -> name, new PageRequest(2, first.next()));

        assertThat(second.items()).containsExactly("c", "d");
    }
}
