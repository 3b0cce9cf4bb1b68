package example;

record Order(int number, String customer) {}
