import java.io.IOException;

final class Strings {
    static String line(int n) {
        String text = "";
        for (int i = 0; i < 20; i++) text = text + (n + i) % 100 + ",";
        return text;
    }

    static String run(int rounds) {
        int characters = 0;
        int commas = 0;
        for (int round = 0; round < rounds; round++) {
            String text = line(round);
            characters += text.length();
            for (int i = 0; i < 10; i++) {
                if (text.charAt(i) == ',') commas += 1;
            }
        }
        return characters + " " + commas;
    }

    public static void main(String[] arguments) throws IOException {
        Harness.serve(arguments, Strings::run);
    }
}
