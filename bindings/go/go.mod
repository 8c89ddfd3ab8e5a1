module doku.example/doku

go 1.19
