namespace EnvelopeCrypto.Tests.Keys.Certificates;

/// <summary>
/// Made with OpenSSL 3.0: <c>openssl req -x509 -newkey rsa:2048</c> with a passphrase on the key, and
/// <c>openssl pkeyutl -encrypt -pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256 -pkeyopt rsa_mgf1_md:sha256</c> of the bytes 0 to
/// 31.
/// </summary>
internal static class OpenSslCertificate
{
    public const string Passphrase = "correct-horse";

    public const string Sha1Thumbprint = "EA14B16D7C21FDEF7C2F7293A6A2442998BBEE89";

    public const string Sha256Thumbprint = "f47ea2645439b65558faa96ba921cc1812fa787b86e14892c766d8dc5c8b34d1";

    /// <summary>By <c>openssl x509 -pubkey | openssl pkey -pubin -outform DER | sha256sum</c>.</summary>
    public const string Kid = "x509:sha256:60c717a4f2fc4b329df247094e6e081dfb82e34fa23538bfbea14edf210eecf6";

    public const string WrappedKey =
        "Qx0JBvnosOpJJx38EK4Uwca85kA87e9510uK8qcJrLf83KOvRs0CNfQuI0MzTtTl6mo0RMRApmWP+c9m17wk2q8oDPVsN53wu22z" +
        "M/ceb4G/EgbawTKCPknurZ26QWXMegNAbjqhqEUf9lFjc1xxZjeGN9HnydCNfX+s+G5YJgR1zfOeEu9/a89Che0O/7klfr/POw/+" +
        "Os8Du85irw0qtbE1OSkA1XJIXEIsN42lcYV7tMkYneocwaHLzLWmVunjA2MmFd/IF2e1m8SrLvrh6tfid7sXR7AXUKD/wC3q+KmX" +
        "svnT9dl5GgHxVXmjmKYyFISwUuxESv81Q02Driabhw==";

    public const string Certificate = """
        -----BEGIN CERTIFICATE-----
        MIIDNzCCAh+gAwIBAgIUWKO14BwMebuyMOcO5IzlG7bWzzEwDQYJKoZIhvcNAQEL
        BQAwKjEoMCYGA1UEAwwfRW52ZWxvcGVDcnlwdG8gdGVzdCBjZXJ0aWZpY2F0ZTAg
        Fw0yNjExMjExOTU3MTdaGA8yMTI2MTAyODE5NTcxN1owKjEoMCYGA1UEAwwfRW52
        ZWxvcGVDcnlwdG8gdGVzdCBjZXJ0aWZpY2F0ZTCCASIwDQYJKoZIhvcNAQEBBQAD
        ggEPADCCAQoCggEBAJkrEpSlPRKpYVFY3gwiWblRBHSRKJnwfmQR8IsWQS1cLGAD
        m0Yoj2/9TMWokKUmsPWmYFUHaO49XtcVmtoBT++W+bOyGAoQ79naK+H4jeEBUp/K
        5329sJzQ6/JXdWKLVDKHXBrqfca68WQkmkLAbMoMntC3mfZubU7GusZemQlwtsxf
        oceGv/15G9+bRHZEabFVwSVwEd78Z3f3uyatjLalldt65hFYSEZ3t2sEikYWdgmb
        N+1D7G7YS3x1ART30yWZ1rZGEuhiMeBWqQgoGCZ1DGA6amCIyTi+qY6RmSDaLCwu
        vr4hGSwqjUI+/VvAEZU6DeLTUUShb3TaqurrKjcCAwEAAaNTMFEwHQYDVR0OBBYE
        FA5eeBEHKLxLF2n38L5SjKDJHoM0MB8GA1UdIwQYMBaAFA5eeBEHKLxLF2n38L5S
        jKDJHoM0MA8GA1UdEwEB/wQFMAMBAf8wDQYJKoZIhvcNAQELBQADggEBADD1OCwH
        YndBlmiAdcDfSBiF+tBU4jIplZYFFOKpY/EB/Cba3lhI1wB+p11vQnM0AzAlxob/
        Vbw34+YFnIkZ6okHMfoXXnkZjkd5+BZjVy8N4H9kHKBdiYRRy6r15idRuBcDvAmP
        S4PccvN9koRKFXeLsQmFxtVVHd3h6xXbVGOdlcNUcWTLe8dLLGpeNEaXtpJZCeNV
        khy0aO32p5h1AZ1/49DI0dmG5C5LQlt8cIu40neB8Gz1yeKmpUZuIk2TAmfYhz0+
        2SF4akrdBdVTRkhUM3Y8qKEYULjTwUuugdBCD5G5WnITR5i/hsmmIY/7j2VrFb7a
        CqvfSYCy0yO/VKo=
        -----END CERTIFICATE-----
        """;

    public const string LockedKey = """
        -----BEGIN ENCRYPTED PRIVATE KEY-----
        MIIFHDBOBgkqhkiG9w0BBQ0wQTApBgkqhkiG9w0BBQwwHAQINnW9HgM2lfICAggA
        MAwGCCqGSIb3DQIJBQAwFAYIKoZIhvcNAwcECOuJSTWPDAzEBIIEyD+sLy7rTiU+
        K3XlhQUxL0VkfrOWE1R1Goe7UmY3wJ3XdIJy7O09KE66chBzbUt8MhqISiIxVq+r
        Pu+lyZFkeWMTS0sAfbKQQrd+rrkQNOFI+3kbkxmQfhbRDCCNybCPAMT5mkHq8Lcq
        73Qd1qJrVau7YuMt6TufOcRb7mMtXHZW4/6I7lzEf0GwwFG2/0laarW8T2ET4CVL
        MYrcelMz226NeSHwevBEqoJCXz0IW52MnmtlWyL9g1tJ3X8b0NaXULa1dL16lt+i
        Ld5Im4QYJbjpWRjfYLxQFLoVN6XcuKLf1veuaqXvascbw0+EJ6MgP1JBg0sIKJyZ
        rFR/rmrvzFFBwrVOjz+Q+ALfyt8nHnMBHxYEzNGyPRNoNeeHkAF8GiTJyC/ihynS
        PurtWI1gdtGSxihDJenEbto/kwyRDE3UwiZOVD03cNhj7manT9hH+X23HkMWRBxL
        as4y/hijKQhII6xmheVVvcoVJOHbICcWQDq/N6j3tAQjTHsHRgjZ0a+L6JIPV4KJ
        RaiDenCQ4Bt2rTImXepEVyx5RG9vGxySNogh6/GxFoiU3BGzDTQUwFWIpGMLKHOz
        KOHyBHlcqT7290eYZly98nJ3HcYbPDlrCEP44zEgByXmV8dTDclnTav5eGWiJ0ru
        FaDMArgyT2kSY1KA8lhbdkAVNbS01xXbNsfdJuQuYLnmeaIMN1yS0vKoVvkDQmMp
        gbcGRef5KfXO2LM5SRkDWbXscNr6duIPy4xeP0/UqSCyfNHqkJEFMf38p9jvnHy0
        UsQynM6lESwq9CwnqgwWBHpIDjIzMH28QNvDFCgAh9LV7Ky0dt80e+hCuScN1XGK
        YsnFjjUev9Sf608jePw91kud1pwX3undHmoZf/BF/5KuTYIRaDHo0lp2/yDOJ2KV
        wVu/yGYERUw+SnhW1N3RV1dNOLEEEI7JQFkGngKNkkwfRrBcH04+ssXy3EF6dNbV
        4+r7rJPa4sj7DQ/ZVXn0FHRSUk2rBr1DOqZDJwJ8zh5miM2EN3P69L90OZz2C6eb
        lZYzz1g1cr9HzRDbUFwkytFY/GC+2JO9qBSKfED68CdikCYmlM20xImkPPvSoYR5
        yRqpE1yvflzxHxrKTVeApnqX6OvPYNCZJ/gvxvG0Xh3hxXmkq6brp0w9TK7BZ0L1
        OdiHd+uOIQZ83A/vfN80zYNpA/9brwEGVbQU/odEO1p4F9+KBjHvVSl4CjQtOWPo
        GmOC4tDuS74O3StpCWd1cg3/ZwWIjNd1SYmW7LwlnuWPdfDC5VNTekTIvyr1/PCO
        8OM+BDghVgZJPux8FnLEyyZVNwzb3tC5ov6o5TMDoD7YL0yD6Q0ENu30UM35BMUx
        JUuer69ZZaPxlLGAdSu7QRKcmuqd0WJMFC8GsgUpeLYPPyedUe2ZumKC9Y2PfBzX
        bSHAeFhvQmflHlFCwrYKyO4Hy3+j3N6k/tpZ9p+qacXFmh0jz4EUAIuyV+y0lWfv
        O2tnVuki296o6ttYqeZph3d1m5C+I95itQo+cZEl2D8czz2YJ+J1IMjGBU4j8aBB
        zC+Kcc6e/dU4L5TWjJyO+tkO8MEhvaGvsGCiA8kOJ5fNvGQ2hmkEJeszHn4fLVnT
        +fDUNX+5Iw8jCwDJJcjGdA==
        -----END ENCRYPTED PRIVATE KEY-----
        """;
}
