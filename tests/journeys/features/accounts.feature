Feature: An account of one's own

  Scenario: Whoever reads the mail of an address gets an account with it
    When Trinity registers
    Then Trinity is told to follow the link in the mail first when she signs in
    When Trinity follows the link in the mail "Activate your account"
    And Trinity signs in
    Then the server knows Trinity by her address and her username

  Scenario: A mail that got lost is sent again, and the earlier link leads nowhere
    Given Trinity has registered
    When Trinity asks for another mail
    Then the first link leads nowhere any more
    When Trinity follows the link in the mail "Activate your account"
    Then Trinity can sign in with her password

  Scenario: Nobody activates an account for a stranger who registered with her address
    Given Trinity has registered
    When somebody registers with the address of Trinity
    And Trinity follows the link in the mail that he caused
    And Trinity chooses a new one by the link in the mail "Choose a new password"
    Then Trinity can sign in with her password
    And the password that he chose is refused
    And Trinity gets the mail "Your password was changed"

  Scenario: Nobody learns by registering who has an account
    Given Trinity has an account
    When somebody registers with the address of Trinity
    Then he is answered as if nobody had it
    And Trinity gets the mail "You have an account already"
    And Trinity can sign in with her password

  Scenario: Nobody learns by asking for mails who has an account
    Given Trinity has an account
    Then whoever asks for a mail is answered the same for Trinity and for nobody

  Scenario: Whoever guesses a password is stopped, though he guess it at last
    Given Trinity has an account
    When somebody guesses the password of Trinity 5 times
    Then even the right password is refused for a while
