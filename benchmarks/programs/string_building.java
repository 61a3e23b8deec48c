import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

final class StringBuilding {
    static String appended(int n) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < n; i++) {
            text.append("item ");
            text.append(i);
            text.append(";");
        }
        return text.toString();
    }

    static String joined(int n) {
        List<String> pieces = new ArrayList<>();
        for (int i = 0; i < n; i++) pieces.add("item " + i);
        return String.join(";", pieces) + ";";
    }

    static String formatted(int n) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < n; i++) text.append("item " + i + ";");
        return text.toString();
    }

    static String reversed(String text) {
        StringBuilder out = new StringBuilder();
        for (int i = text.length() - 1; i >= 0; i--) out.append(text.charAt(i));
        return out.toString();
    }

    static int spaces(String text) {
        int count = 0;
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == ' ') count += 1;
        }
        return count;
    }

    static long run(int rounds) {
        long total = 0;
        for (int round = 0; round < rounds; round++) {
            int n = 200 + round % 10;
            String text = appended(n);
            if (!joined(n).equals(text) || !formatted(n).equals(text)) {
                throw new IllegalStateException("the ways differ");
            }
            String shorter = text.replace("item", "x").toUpperCase();
            String[] parts = shorter.split(";", -1);
            String middle = parts[n / 2];
            total += spaces(text) + reversed(shorter).length() + parts.length + middle.length();
            if (text.contains("item 77;item 78")) total += 1;
        }
        return total;
    }

    public static void main(String[] arguments) throws IOException {
        Harness.serve(arguments, StringBuilding::run);
    }
}
