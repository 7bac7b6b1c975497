fn main() {
    perennial_shell::run();
}
