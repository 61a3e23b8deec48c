import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

final class WordCount {
    static String makeText(int words) {
        String[] syllables = {"ba", "ce", "di", "fo", "gu", "ha", "le", "mi", "no", "su"};
        int seed = 42;
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < words; i++) {
            seed = (seed * 1309 + 13849) % 65536;
            int n = seed % 100 * (seed / 100 % 100) / 50;
            if (n == 0) text.append('a');
            while (n > 0) {
                text.append(syllables[n % 10]);
                n /= 10;
            }
            text.append(i % 12 == 11 ? ".\n" : " ");
        }
        return text.toString();
    }

    static boolean isLetter(char c) {
        return c >= 'a' && c <= 'z';
    }

    static Map<String, Integer> count(String text) {
        Map<String, Integer> counts = new HashMap<>();
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            if (!isLetter(text.charAt(i))) {
                if (start < i) counts.merge(text.substring(start, i), 1, Integer::sum);
                start = i + 1;
            }
        }
        return counts;
    }

    static String run(int rounds) {
        String text = makeText(20000);
        String result = "";
        for (int round = 0; round < rounds; round++) {
            Map<String, Integer> counts = count(text);
            List<String> words = new ArrayList<>(counts.keySet());
            words.sort(Comparator.comparing((String word) -> -counts.get(word))
                .thenComparing(Comparator.naturalOrder()));
            String first = words.get(0);
            String later = words.get(99);
            result = counts.size() + " " + first + " " + counts.get(first) + " " + later + " "
                + counts.get(later);
        }
        return result;
    }

    public static void main(String[] arguments) throws IOException {
        Harness.serve(arguments, WordCount::run);
    }
}
